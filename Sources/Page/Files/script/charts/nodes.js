/**
 * The layers of a model as nodes of a graph. Pure.
 * @module
 */

/**
 * @typedef {Object} Node
 * @property {string} name
 * @property {string[]} inputs Names of those before it.
 * @property {string} kind What makes two of them alike.
 */

/**
 * The nodes of a model's definition; a layer without `inputs` follows the one before it.
 *
 * @param {{name: string, type: string, inputs?: string[]}[]} layers
 * @returns {Node[]}
 */
export function nodesOf(layers) {
  return layers.map((layer, index) => ({
    name: layer.name,
    kind: layer.type,
    inputs: layer.type === "InputLayer" ? []
      : (layer.inputs?.map((input) => input.replace(/:\d+$/, "")) ?? (index ? [layers[index - 1].name] : [])),
  }));
}
