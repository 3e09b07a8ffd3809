/**
 * By what one can differentiate, and its numbers.
 * @module
 */

/** The names of each model's, asked for once. */
const known = new WeakMap();

/**
 * By what one can differentiate: the input, or of several what stands where numbers begin.
 *
 * @param {import("./context.js").Context} context
 * @param {AbortSignal} signal
 * @returns {Promise<string[]>}
 */
export async function variablesOf(context, signal) {
  if (Array.isArray(context.model.input_shape)) return ["input"];
  if (!known.has(context)) {
    const { nodes } = await context.ask("graph", { level: "layers" }, signal, { isSampled: false });
    known.set(context, nodes.filter(({ operands }) => !operands.length).map(({ layer }) => layer));
  }
  return known.get(context);
}

/**
 * The numbers of what was differentiated by, where they can be had; null else.
 *
 * @param {import("./context.js").Context} context
 * @param {string} by As an answer names it.
 * @param {AbortSignal} signal
 * @returns {Promise<?import("../charts/arrays.js").Numbers>}
 */
export async function inputNumbers(context, by, signal) {
  const own = context.instanceNumbers();
  if (by === "input" && own) return own;
  const layer = context.layers.find(({ name }) => name === by)?.name;
  const answer = await context.ask("activations", layer ? { layers: [layer] } : {}, signal).catch((error) => {
    if (error.name === "AbortError") throw error;
    return null;
  });
  return answer?.layers[0] ?? null;
}
