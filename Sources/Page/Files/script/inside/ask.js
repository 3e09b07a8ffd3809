/**
 * Asks the views of a model; numbers come as JSON where they are few, else as a file.
 * @module
 */
import { numbersOf } from "../charts/arrays.js";
import { json, path, send } from "../core/api.js";

/** So many numbers at most are read as JSON. */
const few = 4096;

/** The arrays of each view's answer, with the names that they have in a file. */
const arraysOf = {
  activations: (answer) => answer.layers.map((layer) => [layer.name, layer]),
  kernels: (answer) => answer.tensors.map((tensor) => [tensor.name, tensor]),
  gates: (answer) => [...entries(answer, "gates"), ...entries(answer, "states")],
  attention: (answer) => ["scores", "weights"].map((name) => [name, answer[name]]),
  gradients: (answer) => [
    ...(answer.gradients ?? []).map((gradient) => [`gradients/${gradient.by}`, gradient]),
    ...["channel_weights", "map", "map_on_input"].filter((name) => answer[name]).map((name) => [`gradients/${name}`, answer[name]]),
  ],
  sensitivities: (answer) => (answer.layers ?? []).map((layer) => [`layers/${layer.name}`, layer]),
  graph: () => [],
  check: () => [],
};

const entries = (answer, member) => Object.entries(answer[member]).map(([name, array]) => [`${member}/${name}`, array]);

/** Which questions have had many numbers. */
const isMany = new Map();

/**
 * Asks a view.
 *
 * @param {string} model
 * @param {string} view
 * @param {Object} body
 * @param {AbortSignal} signal
 * @returns {Promise<Object>} The answer; `values` of its arrays are in one row, row by row.
 */
export async function ask(model, view, body, signal) {
  const address = `${path("models", model)}/inspect/${view}`;
  const whole = () => json(address, { method: "POST", body, signal });
  const outline = () => json(address, { method: "POST", body: { ...body, values: false }, signal });
  const { instance, row, version, ...choice } = body;
  const question = JSON.stringify([model, view, choice]);
  const known = isMany.get(question);
  let answer;
  if (known === false || view === "graph" || view === "check") answer = await whole();
  else {
    const file = known ? readFile(address, body, signal) : null;
    file?.catch(() => {});
    answer = await outline();
    const arrays = arraysOf[view](answer);
    if (volumeOf(arrays) <= few) answer = await whole();
    else {
      const found = await (file ?? readFile(address, body, signal));
      for (const [name, array] of arrays) array.values = found.get(name).values;
    }
  }
  const arrays = arraysOf[view](answer);
  isMany.set(question, volumeOf(arrays) > few);
  for (const [, array] of arrays) array.values = numbersOf(array).values;
  return answer;
}

const volumeOf = (arrays) => arrays.reduce((sum, [, { shape }]) => sum + shape.reduce((product, extent) => product * extent, 1), 0);

async function readFile(address, body, signal) {
  const reader = import("../core/safetensors.js");
  const response = await send(`${address}?format=safetensors`, { method: "POST", body, signal, headers: { Accept: "*/*" } });
  return (await reader).readSafetensors(await response.arrayBuffer());
}
