/**
 * What a model's layers are, as the views need it. Pure.
 * @module
 */
const recurrent = ["GRU", "LSTM", "SimpleRNN", "RNN", "Bidirectional"];
const attending = ["Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention"];

/**
 * @param {Object} model As `GET /models/NAME` shows it.
 * @returns {{name: string, type: string, definition: Object, before: ?string, shape: *, parameters: number}[]}
 */
export function layersOf(model) {
  const definitions = model.definition.layers ?? [];
  const facts = new Map(model.layers.map((layer) => [layer.name, layer]));
  return definitions.map((definition, index) => ({
    name: definition.name, type: definition.type, definition, before: beforeOf(definition, definitions[index - 1]),
    shape: facts.get(definition.name)?.output_shape ?? null, parameters: facts.get(definition.name)?.parameters ?? 0,
  }));
}

/** The layer whose result goes into another first: the one that it names, else the one before it. */
function beforeOf({ type, inputs }, previous) {
  return type === "InputLayer" ? null : inputs?.[0]?.replace(/:\d+$/, "") ?? previous?.name ?? null;
}

/** The layers that have weights. */
export const weighted = (layers) => layers.filter((layer) => layer.parameters > 0);

/** The layers with steps and a state. */
export const recurrentOf = (layers) => layers.filter((layer) => recurrent.includes(layer.type));

/** The layers that attend. */
export const attentionOf = (layers) => layers.filter((layer) => attending.includes(layer.type));

/** The layers that slide kernels. */
export const convolutionsOf = (layers) => layers.filter((layer) => layer.type.includes("Conv"));
