/**
 * Where a model's newest version came from.
 * @module
 */
import { json, path } from "../core/api.js";

/**
 * @typedef {Object} Origin
 * @property {?Object} version The newest one, with the options of its training.
 * @property {?Object} dataset What it was trained on, for words to choose from and the range of pixels; null where it is gone, or unknown.
 */

/**
 * @param {Object} model
 * @param {AbortSignal} signal
 * @returns {Promise<Origin>}
 */
export async function originOf(model, signal) {
  const found = { version: null, dataset: null };
  if (!model.version) return found;
  try {
    found.version = await json(path("models", model.name, "versions", model.version), { signal });
    if (!found.version.job) return found;
    const job = await json(`${path("jobs", found.version.job)}?history=false`, { signal });
    if (job.dataset !== null) found.dataset = await json(path("datasets", job.dataset), { signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
  }
  return found;
}

/**
 * What of a row stands for an input or an output, by the columns that a training took for it. Pure.
 *
 * @param {Object<string, *>} values
 * @param {?string[]} columns
 * @returns {*} One column's value, of several a list; undefined where the row has not all of them.
 */
export function valueOf(values, columns) {
  if (!columns?.length || columns.some((name) => !(name in values))) return undefined;
  return columns.length === 1 ? values[columns[0]] : columns.map((name) => values[name]);
}

/**
 * The columns that a training took for an input or an output. Pure.
 *
 * @param {?(string[]|Object<string, string[]>)} columns As the options of a version have them.
 * @param {?string} name null where there is only one.
 * @returns {?string[]}
 */
export function columnsOf(columns, name) {
  if (!columns) return null;
  if (Array.isArray(columns)) return columns;
  return name === null ? Object.values(columns)[0] ?? null : columns[name] ?? null;
}

/**
 * The target of a row as a training of the model takes it. Pure.
 *
 * @param {Origin} origin
 * @param {Object} model
 * @param {Object<string, *>} values
 * @returns {*} undefined where it isn't known which columns it is.
 */
export function targetOf({ version, dataset }, model, values) {
  const columns = version?.options?.training?.targets ?? dataset?.defaults?.targets;
  if (Array.isArray(model.output_shape)) return valueOf(values, columnsOf(columns, null));
  const targets = Object.keys(model.output_shape).map((name) => [name, valueOf(values, columnsOf(columns, name))]);
  return targets.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(targets);
}
