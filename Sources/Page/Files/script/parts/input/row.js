/**
 * Rows of stored data as inputs.
 * @module
 */
import { json, path } from "../../core/api.js";

/**
 * The row of a dataset's part.
 *
 * @param {Object} dataset
 * @param {{part: string, index: number}} reference
 * @param {AbortSignal} [signal]
 * @returns {Promise<?Object<string, *>>} Its values; null where there is none.
 */
export async function readRow(dataset, { part, index }, signal) {
  const asked = `offset=${index}&limit=1${dataset.parts ? `&part=${part}` : ""}`;
  const page = await json(`${path("datasets", dataset.name, "rows")}?${asked}`, { signal });
  return page.rows[0]?.values ?? null;
}

/**
 * How many rows a part of a dataset has.
 *
 * @param {Object} dataset
 * @param {string} part
 * @returns {number}
 */
export function rowsOf(dataset, part) {
  return dataset.parts?.[part] ?? (part === "train" ? dataset.rows : part === "test" ? dataset.test_rows : 0);
}

/**
 * The parts of a dataset that have rows.
 *
 * @param {Object} dataset
 * @returns {string[]}
 */
export const partsOf = (dataset) => ["train", "validation", "test"].filter((part) => rowsOf(dataset, part) > 0);
