/**
 * A chart with its twin: a button that shows the same numbers as a table.
 * @module
 */
import { h, replace } from "../core/dom.js";

/** Milliseconds until a table follows its chart's numbers. */
const pace = 300;

/**
 * A figure of a title, a chart and, where it is asked for, the table of its numbers.
 *
 * @param {string} title
 * @param {HTMLElement} chart Where an event "numbers" tells that it shows others, an open table does too.
 * @param {function(): HTMLElement} makeTable Made when it is asked for.
 * @param {*} [note] What stands below.
 * @returns {HTMLElement}
 */
export function withTwin(title, chart, makeTable, note = null) {
  const place = h("div", { hidden: true });
  const button = h("button.small", {
    type: "button", "aria-pressed": "false", "aria-label": `Table of ${title}`,
    on: {
      click: () => {
        const isTable = place.hidden;
        place.hidden = !isTable;
        chart.hidden = isTable;
        button.setAttribute("aria-pressed", String(isTable));
        replace(place, isTable ? makeTable() : null);
      },
    },
  }, "Table");
  let timer = 0;
  const follow = () => {
    timer = 0;
    if (place.hidden || !place.isConnected) return;
    const [top, left] = ["scrollTop", "scrollLeft"].map((side) => place.querySelector(".tall")?.[side] ?? 0);
    replace(place, makeTable());
    place.querySelector(".tall")?.scrollTo(left, top);
  };
  chart.addEventListener("numbers", () => { if (!place.hidden) timer ||= setTimeout(follow, pace); });
  return h("figure.chart", {}, h("figcaption", {}, h("h3", {}, title), button), chart, place, note);
}
