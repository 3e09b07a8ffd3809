import JSON
import NN
import Testing

struct TrainingOptionsTests {
    @Test func `what is left out has Keras's default`() throws {
        let options = try options("mse")

        #expect(options.epochs == 1)
        #expect(options.batchSize == 32)
        #expect(options.microBatches == 8)
        #expect(options.optimizer.name == "RMSprop")
        #expect(options.loss.name == "mean_squared_error")
        #expect(options.metrics == .all([]))
        #expect(options.validationSplit == 0)
        #expect(options.shuffle)
        #expect(options.seed == 0)
    }

    @Test(arguments: [
        (
            #""adam""#,
            #"{"type":"Adam","learning_rate":0.001,"beta_1":0.9,"beta_2":0.999,"epsilon":1e-07,"amsgrad":false}"#
        ),
        (#""SGD""#, #"{"type":"SGD","learning_rate":0.01,"momentum":0.0,"nesterov":false}"#),
        (
            #"{"type": "SGD", "momentum": 0.9, "nesterov": true}"#,
            #"{"type":"SGD","learning_rate":0.01,"momentum":0.9,"nesterov":true}"#
        ),
        (
            #"{"class_name": "Adam", "config": {"name": "adam", "learning_rate": 0.5, "weight_decay": null}}"#,
            #"{"type":"Adam","learning_rate":0.5,"beta_1":0.9,"beta_2":0.999,"epsilon":1e-07,"amsgrad":false}"#
        ),
        (
            #"{"type": "AdamW", "global_clipnorm": 2}"#,
            #"{"type":"AdamW","learning_rate":0.001,"beta_1":0.9,"beta_2":0.999,"epsilon":1e-07,"amsgrad":false,"#
                + #""weight_decay":0.004,"global_clipnorm":2.0}"#
        ),
        (
            #"{"type": "SGD", "learning_rate": {"class_name": "CosineDecay", "#
                + #""config": {"initial_learning_rate": 0.1, "decay_steps": 10}}}"#,
            #"{"type":"SGD","learning_rate":{"type":"CosineDecay","initial_learning_rate":0.1,"decay_steps":10,"#
                + #""alpha":0.0,"warmup_target":null,"warmup_steps":0},"momentum":0.0,"nesterov":false}"#
        ),
        (
            #""rmsprop""#,
            #"{"type":"RMSprop","learning_rate":0.001,"rho":0.9,"momentum":0.0,"epsilon":1e-07,"centered":false}"#
        ),
    ])
    func `an optimizer is written with every hyper-parameter`(given: String, canonical: String) throws {
        let options = try options("mse", "\"optimizer\": \(given)")

        var json = JSONWriter()
        json.write(options.optimizer)

        #expect(try JSONDocument(parsing: json.text) == JSONDocument(parsing: canonical))
    }

    @Test func `options written and read again are equal`() throws {
        let options = try options(
            "sparse_categorical_crossentropy",
            #""epochs": 7, "batch_size": 5, "micro_batches": 2, "optimizer": {"type": "Adam", "beta_1": 0.5}, "metrics": ["accuracy"], "#
                + #""validation_split": 0.25, "shuffle": false, "seed": 9, "class_weight": {"1": 2.5}, "#
                + #""early_stopping": {"monitor": "accuracy", "patience": 2, "min_delta": 0.5, "baseline": 1}, "#
                + #""reduce_lr_on_plateau": {"monitor": "loss", "factor": 0.5, "cooldown": 3, "mode": "max"}"#
        )

        var json = JSONWriter()
        json.write(options)

        #expect(try TrainingOptions(JSONDocument(parsing: json.text).root) == options)
    }

    @Test(arguments: [
        (#"{"loss": "mse", "epochs": 0}"#, "/epochs"),
        (#"{"loss": "mse", "epochs": 1.5}"#, "/epochs"),
        (#"{"loss": "mse", "batch_size": -1}"#, "/batch_size"),
        (#"{"loss": "mse", "micro_batches": 3}"#, "/micro_batches"),
        (#"{"loss": "mse", "micro_batches": 0}"#, "/micro_batches"),
        (#"{"loss": "mse", "micro_batches": 128}"#, "/micro_batches"),
        (#"{"loss": "mse", "validation_split": 1}"#, "/validation_split"),
        (#"{"loss": "mse", "validation_split": -0.1}"#, "/validation_split"),
        (#"{"loss": "mse", "shuffle": "yes"}"#, "/shuffle"),
        (#"{"loss": "mse", "seed": -1}"#, "/seed"),
        (#"{"loss": "mse", "metrics": "accuracy"}"#, "/metrics"),
        (#"{"loss": "mse", "metrics": ["mae", "mae"]}"#, "/metrics/1"),
        (#"{"loss": "mse", "validation_rows": 2, "validation_split": 0.5}"#, "/validation_rows"),
        (#"{"loss": "mse", "metrics": ["mae", "acuracy"]}"#, "/metrics/1"),
        (#"{"loss": "msee"}"#, "/loss"),
        (#"{"epochs": 1}"#, "/loss"),
        (#"{"loss": "mse", "optimizer": "adamm"}"#, "/optimizer"),
        (#"{"loss": "mse", "optimizer": 3}"#, "/optimizer"),
        (#"{"loss": "mse", "optimizer": {"learning_rate": 1}}"#, "/optimizer/type"),
        (#"{"loss": "mse", "optimizer": {"type": "SGD", "learning_rate": 0}}"#, "/optimizer/learning_rate"),
        (#"{"loss": "mse", "optimizer": {"type": "SGD", "momentum": 1.5}}"#, "/optimizer/momentum"),
        (#"{"loss": "mse", "optimizer": {"type": "Adam", "beta_1": 1}}"#, "/optimizer/beta_1"),
        (#"{"loss": "mse", "optimizer": {"type": "Adam", "momentum": 0.9}}"#, "/optimizer/momentum"),
        (#"{"loss": "mse", "optimizer": {"type": "Adam", "use_ema": 1}}"#, "/optimizer/use_ema"),
        (
            #"{"loss": "mse", "optimizer": {"type": "Adam", "use_ema": true, "ema_momentum": 1.5}}"#,
            "/optimizer/ema_momentum"
        ),
        (
            #"{"loss": "mse", "optimizer": {"type": "Adam", "use_ema": true, "ema_overwrite_frequency": 0}}"#,
            "/optimizer/ema_overwrite_frequency"
        ),
        (
            #"{"loss": "mse", "optimizer": {"type": "SGD", "gradient_accumulation_steps": 1}}"#,
            "/optimizer/gradient_accumulation_steps"
        ),
        (#"{"loss": "mse", "optimizer": {"type": "Adam", "clipnorm": 0}}"#, "/optimizer/clipnorm"),
        (#"{"loss": "mse", "optimizer": {"type": "SGD", "clipvalue": 1, "clipnorm": 1}}"#, "/optimizer/clipnorm"),
        (#"{"loss": "mse", "optimizer": {"type": "SGD", "learning_rate": "CosineDecay"}}"#, "/optimizer/learning_rate"),
        (
            #"{"loss": "mse", "optimizer": {"type": "SGD", "learning_rate": {"type": "CosinDecay"}}}"#,
            "/optimizer/learning_rate/type"
        ),
        (
            #"{"loss": "mse", "optimizer": {"type": "SGD", "learning_rate": {"type": "PiecewiseConstantDecay", "#
                + #""boundaries": [1], "values": [1, 2, 3]}}}"#,
            "/optimizer/learning_rate/values"
        ),
        (
            #"{"loss": "mse", "optimizer": {"type": "SGD", "learning_rate": {"type": "PiecewiseConstantDecay", "#
                + #""boundaries": [2, 2], "values": [1, 2, 3]}}}"#,
            "/optimizer/learning_rate/boundaries"
        ),
        (
            #"{"loss": "mse", "optimizer": {"type": "SGD", "learning_rate": {"type": "ExponentialDecay", "#
                + #""initial_learning_rate": 1, "decay_steps": 0, "decay_rate": 0.5}}}"#,
            "/optimizer/learning_rate/decay_steps"
        ),
        (#"{"loss": "mse", "epoch": 3}"#, "/epoch"),
        (#"{"loss": "mse", "class_weight": [1, 2]}"#, "/class_weight"),
        (#"{"loss": "mse", "class_weight": {"a": -1}}"#, "/class_weight/a"),
        (#"{"loss": "mse", "class_weight": {"1": -1}}"#, "/class_weight/1"),
        (#"{"loss": "mse", "early_stopping": {"patience": -1}}"#, "/early_stopping/patience"),
        (#"{"loss": "mse", "early_stopping": {"mode": "up"}}"#, "/early_stopping/mode"),
        (#"{"loss": "mse", "reduce_lr_on_plateau": {"factor": 1}}"#, "/reduce_lr_on_plateau/factor"),
    ])
    func `a wrong option is told by its pointer`(body: String, pointer: String) throws {
        let error = try #require(throws: FaultyInput.self) {
            try TrainingOptions(JSONDocument(parsing: body).root)
        }

        #expect(error.faults.map(\.pointer) == [pointer])
    }

    @Test func `every fault is told at once, with the nearest name`() throws {
        let body = #"{"loss": "mse", "optimizer": "addam", "metrics": ["acuracy"], "epochs": 0, "batchsize": 3}"#

        let error = try #require(throws: FaultyInput.self) { try TrainingOptions(JSONDocument(parsing: body).root) }

        #expect(Set(error.faults.map(\.pointer)) == ["/epochs", "/optimizer", "/metrics/0", "/batchsize"])
        #expect(error.description.contains(#"unknown optimizer "addam"; did you mean "Adam"?"#))
        #expect(error.description.contains(#"unknown metric "acuracy"; did you mean "accuracy"?"#))
        #expect(error.description.contains(#"did you mean "batch_size"?"#))
    }
}
