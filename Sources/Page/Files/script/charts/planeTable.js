/**
 * A plane of numbers as a table: the twin of a map. Pure but for the elements.
 * @module
 */
import { h } from "../core/dom.js";
import { exact, metric as metricText } from "../core/format.js";
import { table } from "../parts/table.js";

/** More columns are not shown. */
const most = 100;

/**
 * @param {string} name
 * @param {import("./arrays.js").Plane} plane
 * @returns {HTMLElement}
 */
export function planeTable(name, { height, width, values }) {
  const columns = Math.min(width, most);
  return h("div", {}, h("div.tall", {}, table(name, [
    { title: "Row", number: true, cell: (row) => row },
    ...Array.from({ length: columns }, (_, column) => ({
      title: String(column), number: true, cell: (row) => h("span", { title: exact(values[row * width + column]) }, metricText(values[row * width + column])),
    })),
  ], Array.from({ length: height }, (_, row) => row))), columns < width ? h("p.note.number", {}, `The first ${columns} of ${width} columns.`) : null);
}
