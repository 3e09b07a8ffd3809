/**
 * What a model's layers are, as the views need it. Pure.
 * @module
 */
import { nodesOf } from "../charts/nodes.js";

const recurrent = ["GRU", "LSTM", "SimpleRNN", "RNN", "Bidirectional"];
const attending = ["Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention"];

/**
 * @param {Object} model As `GET /models/NAME` shows it.
 * @returns {{name: string, type: string, definition: Object, before: ?string, shape: *, parameters: number}[]}
 */
export function layersOf(model) {
  const definitions = model.definition.layers ?? [];
  const before = new Map(nodesOf(definitions).map((node) => [node.name, node.inputs[0] ?? null]));
  const facts = new Map(model.layers.map((layer) => [layer.name, layer]));
  return definitions.map((definition) => ({
    name: definition.name, type: definition.type, definition, before: before.get(definition.name) ?? null,
    shape: facts.get(definition.name)?.output_shape ?? null, parameters: facts.get(definition.name)?.parameters ?? 0,
  }));
}

/** The layers that have weights. */
export const weighted = (layers) => layers.filter((layer) => layer.parameters > 0);

/** The layers with steps and a state. */
export const recurrentOf = (layers) => layers.filter((layer) => recurrent.includes(layer.type));

/** The layers that attend. */
export const attentionOf = (layers) => layers.filter((layer) => attending.includes(layer.type));

/** The layers that slide kernels. */
export const convolutionsOf = (layers) => layers.filter((layer) => layer.type.includes("Conv"));

/**
 * The tokens of a text as a layer cuts it, one a step; null where they can't be told from here.
 *
 * @param {{definition: Object, type: string}[]} layers
 * @param {*} instance
 * @param {number} steps
 * @returns {?string[]} A step that is filled up is "–".
 */
export function tokensOf(layers, instance, steps) {
  const text = typeof instance === "string" ? instance
    : instance && typeof instance === "object" ? Object.values(instance).filter((value) => typeof value === "string").at(0) : undefined;
  const layer = layers.find(({ type }) => type === "TextVectorization")?.definition;
  if (text === undefined || !layer || layer.ngrams || (layer.output_mode ?? "int") !== "int") return null;
  const plain = standardized(text, layer.standardize);
  if (plain === null) return null;
  const tokens = layer.split === "character" ? [...plain] : layer.split === "whitespace" || layer.split === undefined ? plain.split(/\s+/).filter(Boolean) : null;
  if (!tokens || tokens.length !== steps && !layer.output_sequence_length) return null;
  return Array.from({ length: steps }, (_, step) => tokens[step] ?? "–");
}

function standardized(text, how) {
  const stripped = (words) => words.replaceAll(/[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g, "");
  switch (how) {
    case "lower": return text.toLowerCase();
    case "strip_punctuation": return stripped(text);
    case "lower_and_strip_punctuation": return stripped(text.toLowerCase());
    case null: case undefined: return text;
    default: return null;
  }
}
