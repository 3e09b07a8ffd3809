extension OpenAPI {
    /// The shapes of bodies.
    static let schemas = #"""
        {
          "Problem": {
            "type": "object", "required": ["type", "title", "status", "detail"],
            "properties": {
              "type": {"type": "string"}, "title": {"type": "string"},
              "status": {"type": "integer"}, "detail": {"type": "string"},
              "errors": {"type": "array", "items": {
                "type": "object", "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}}
              }},
              "request_id": {"type": "string"}
            }
          },
          "Name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"},
          "Time": {"type": "string", "format": "date-time"},
          "Notes": {
            "description": "How numbers were taken, where that is doubtful", "type": "array", "items": {"type": "string"}
          },
          "Shape": {"type": "array", "items": {"type": "integer"}},
          "VersionReference": {"type": ["integer", "string"], "minimum": 0, "minLength": 1},
          "Instance": {
            "description": "Nested arrays of the input shape, or a flat one of the right count",
            "type": ["array", "number", "object"]
          },
          "ModelDefinition": {
            "description": "Layers by Keras's class names with its arguments; or a preset; or Keras's own `to_json()`",
            "type": "object",
            "anyOf": [
              {"required": ["name", "layers"]}, {"required": ["name", "preset"]},
              {"required": ["class_name", "config"]}
            ],
            "properties": {
              "name": {"$ref": "#/components/schemas/Name"},
              "input_shape": {"type": "array", "items": {"type": ["integer", "null"]}},
              "seed": {"type": "integer", "minimum": 0, "default": 0},
              "layers": {"type": "array", "minItems": 1, "items": {
                "type": "object",
                "properties": {
                  "type": {"type": "string"}, "name": {"type": "string"},
                  "inputs": {"type": "array", "items": {"type": "string"}},
                  "class_name": {"type": "string"}, "config": {"type": "object"}
                }
              }},
              "outputs": {"type": "array", "items": {"type": "string"}},
              "preset": {"type": "string"}, "class_name": {"type": "string"}, "config": {"type": "object"}
            },
            "example": {"name": "line", "input_shape": [2], "layers": [{"type": "Dense", "units": 1}]}
          },
          "ShapeOrShapes": {
            "description": "Of several inputs or outputs, an object of their shapes by name",
            "anyOf": [
              {"$ref": "#/components/schemas/Shape"},
              {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Shape"}}
            ]
          },
          "ModelOverview": {
            "type": "object", "required": ["name", "version", "input_shape", "output_shape", "parameters"],
            "properties": {
              "name": {"$ref": "#/components/schemas/Name"},
              "version": {"type": "integer", "minimum": 0, "description": "The newest; 0 before the first"},
              "input_shape": {"$ref": "#/components/schemas/ShapeOrShapes"},
              "output_shape": {"$ref": "#/components/schemas/ShapeOrShapes"},
              "parameters": {"type": "integer"},
              "created_at": {"$ref": "#/components/schemas/Time"}
            }
          },
          "Model": {
            "allOf": [{"$ref": "#/components/schemas/ModelOverview"}],
            "type": "object", "required": ["layers", "tensors", "definition"],
            "properties": {
              "layers": {"type": "array", "items": {
                "type": "object", "required": ["name", "type", "output_shape", "parameters", "trainable"],
                "properties": {
                  "name": {"type": "string"}, "type": {"type": "string"},
                  "output_shape": {"$ref": "#/components/schemas/Shape"},
                  "parameters": {"type": "integer"}, "trainable": {"type": "boolean"}
                }
              }},
              "tensors": {"type": "array", "items": {
                "type": "object", "required": ["name", "shape", "dimension", "volume"],
                "properties": {
                  "name": {"type": "string"}, "shape": {"$ref": "#/components/schemas/Shape"},
                  "dimension": {"type": "integer"}, "volume": {"type": "integer"}
                }
              }},
              "definition": {"$ref": "#/components/schemas/ModelDefinition"}
            }
          },
          "CheckedModel": {
            "allOf": [{"$ref": "#/components/schemas/Model"}],
            "type": "object", "required": ["operations_per_sample", "peak_bytes"],
            "properties": {"operations_per_sample": {"type": "integer"}, "peak_bytes": {"type": "integer"}}
          },
          "Version": {
            "type": "object", "required": ["model", "version", "aliases", "weights_sha256", "created_at"],
            "properties": {
              "model": {"$ref": "#/components/schemas/Name"},
              "version": {"type": "integer", "minimum": 1},
              "aliases": {"type": "array", "items": {"type": "string"}},
              "metrics": {"type": "object"}, "options": {"type": "object"},
              "dataset_sha256": {"type": ["string", "null"]}, "parent": {"type": ["integer", "null"]},
              "job": {"type": ["string", "null"]}, "program_version": {"type": "string"},
              "bytes": {"type": "integer"}, "weights_sha256": {"type": "string"},
              "created_at": {"$ref": "#/components/schemas/Time"}
            }
          },
          "Alias": {
            "type": "object", "required": ["alias", "version", "previous", "updated_at"],
            "properties": {
              "alias": {"$ref": "#/components/schemas/Name"}, "version": {"type": "integer", "minimum": 1},
              "previous": {"type": ["integer", "null"]}, "updated_at": {"$ref": "#/components/schemas/Time"}
            }
          },
          "Dataset": {
            "type": "object",
            "required": ["name", "kind", "rows", "test_rows", "input_shape", "target", "bytes", "sha256"],
            "properties": {
              "name": {"$ref": "#/components/schemas/Name"}, "kind": {"type": "string"},
              "rows": {"type": "integer"}, "test_rows": {"type": "integer"},
              "input_shape": {"$ref": "#/components/schemas/Shape"},
              "target": {
                "type": "object", "required": ["kind", "shape"],
                "properties": {
                  "kind": {"enum": ["class", "value"]}, "classes": {"type": "integer"},
                  "labels": {"type": "array", "items": {"type": "string"}},
                  "shape": {"$ref": "#/components/schemas/Shape"}
                }
              },
              "columns": {"type": "array", "items": {"type": "string"}},
              "bytes": {"type": "integer"}, "sha256": {"type": "string"}, "built_in": {"type": "boolean"},
              "created_at": {"$ref": "#/components/schemas/Time"}
            }
          },
          "InlineData": {
            "type": "object", "required": ["x", "y"], "properties": {
              "x": {"type": ["array", "object"]}, "y": {"type": ["array", "object"]},
              "sample_weight": {
                "description": "A number a row, or one for each of its steps", "type": "array",
                "items": {"type": ["number", "array"], "minimum": 0}
              }
            }
          },
          "TrainingRequest": {
            "description": "Keras's options of `compile` and `fit`; either `dataset` or `data`",
            "type": "object", "required": ["model", "loss"],
            "oneOf": [{"required": ["dataset"]}, {"required": ["data"]}],
            "properties": {
              "model": {"$ref": "#/components/schemas/Name"},
              "dataset": {"type": ["string", "null"]},
              "data": {"anyOf": [{"$ref": "#/components/schemas/InlineData"}, {"type": "null"}]},
              "initial_version": {
                "anyOf": [{"$ref": "#/components/schemas/VersionReference"}, {"type": "null"}]
              },
              "validation_data": {"anyOf": [{"$ref": "#/components/schemas/InlineData"}, {"type": "null"}]},
              "loss": {"type": ["string", "object", "array"]},
              "loss_weights": {"type": ["number", "object", "array"]},
              "optimizer": {"type": ["string", "object"], "default": "Adam"},
              "metrics": {"type": ["array", "object"]},
              "epochs": {"type": "integer", "minimum": 1, "default": 1},
              "batch_size": {"type": "integer", "minimum": 1, "default": 32},
              "validation_split": {"type": "number", "minimum": 0, "exclusiveMaximum": 1, "default": 0},
              "validation_rows": {"type": "integer", "minimum": 0, "default": 0},
              "shuffle": {"type": "boolean", "default": true},
              "seed": {"type": "integer", "minimum": 0, "default": 0},
              "priority": {"type": "integer", "minimum": -1000, "maximum": 1000, "default": 0},
              "class_weight": {
                "description": "By class index or label, or `balanced`",
                "anyOf": [
                  {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}, {"const": "balanced"}
                ]
              },
              "adapt": {
                "description": "Whether `Normalization` learns from the rows first; by default where no version is gone on from",
                "type": ["boolean", "null"]
              },
              "early_stopping": {"type": "object"},
              "reduce_lr_on_plateau": {"type": "object"}
            }
          },
          "TrainingEstimate": {
            "type": "object",
            "required": ["model", "parameters", "operations_per_sample", "peak_bytes", "seconds_per_epoch"],
            "properties": {
              "model": {"$ref": "#/components/schemas/CheckedModel"}, "parameters": {"type": "integer"},
              "operations_per_sample": {"type": "integer"}, "peak_bytes": {"type": "integer"},
              "seconds_per_epoch": {"type": "number"}, "notes": {"$ref": "#/components/schemas/Notes"}
            }
          },
          "JobState": {"enum": ["queued", "running", "paused", "succeeded", "failed", "cancelled"]},
          "Job": {
            "type": "object", "required": ["id", "state", "model", "progress", "metrics", "created_at"],
            "properties": {
              "id": {"type": "string"}, "state": {"$ref": "#/components/schemas/JobState"},
              "model": {"$ref": "#/components/schemas/Name"}, "dataset": {"type": ["string", "null"]},
              "progress": {
                "type": ["object", "null"],
                "properties": {
                  "epoch": {"type": "integer"}, "epochs": {"type": "integer"},
                  "step": {"type": "integer"}, "steps": {"type": "integer"},
                  "samples_per_second": {"type": ["number", "null"]}, "eta_seconds": {"type": ["number", "null"]}
                }
              },
              "metrics": {"type": "object"},
              "history": {"type": "array", "items": {"type": "object"}},
              "version": {"type": ["integer", "null"]}, "weights_sha256": {"type": ["string", "null"]},
              "error": {"type": ["object", "null"]}, "initial_version": {"type": ["integer", "null"]},
              "options": {"type": "object"}, "priority": {"type": "integer"},
              "created_at": {"$ref": "#/components/schemas/Time"},
              "started_at": {"type": ["string", "null"]}, "finished_at": {"type": ["string", "null"]},
              "notes": {"$ref": "#/components/schemas/Notes"}
            }
          },
          "PredictionRequest": {
            "type": "object", "required": ["model", "instances"], "additionalProperties": false,
            "properties": {
              "model": {"$ref": "#/components/schemas/Name"},
              "version": {"anyOf": [{"$ref": "#/components/schemas/VersionReference"}, {"type": "null"}]},
              "instances": {
                "type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Instance"}
              }
            }
          },
          "Prediction": {
            "type": "object", "required": ["model", "version", "predictions"],
            "properties": {
              "model": {"$ref": "#/components/schemas/Name"}, "version": {"type": "integer", "minimum": 0},
              "predictions": {"type": "array", "description": "A number that is not finite is null"},
              "classes": {"type": "array"}, "labels": {"type": "array"}, "non_finite": {"const": true},
              "notes": {"$ref": "#/components/schemas/Notes"}
            }
          }
        }
        """#
}
