/**
 * Rows of stored data as inputs.
 * @module
 */
import { json, path } from "../../core/api.js";
import { h } from "../../core/dom.js";

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

/**
 * A button that takes a row of the data the model was trained on: one for testing, where there are any.
 *
 * @param {Object} dataset
 * @param {function(Object, {dataset: string, part: string, index: number}): void} take
 * @returns {HTMLElement}
 */
export function rowButton(dataset, take) {
  const note = h("span.quiet", { role: "status" });
  const part = rowsOf(dataset, "test") ? "test" : "train";
  const button = h("button", {
    type: "button",
    on: {
      click: async () => {
        const reference = { dataset: dataset.name, part, index: Math.floor(Math.random() * rowsOf(dataset, part)) };
        const values = await readRow(dataset, reference).catch(() => null);
        if (!values) return;
        take(values, reference);
        note.replaceChildren(`row ${reference.index} of ${part}`);
      },
    },
  }, "A row of the data");
  return h("span.row", {}, button, note);
}
