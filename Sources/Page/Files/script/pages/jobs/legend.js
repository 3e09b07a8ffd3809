/**
 * Which curve is whose: colour, dash and mark beside the job's name, the colour to be changed.
 * @module
 */
import { h, svg } from "../../core/dom.js";
import { link } from "../../core/router.js";
import { validationLook } from "./series.js";

/**
 * A legend.
 *
 * @param {string[]} ids
 * @param {function(string): import("../../charts/palette.js").Look} lookOf
 * @param {function(string, string): void} recolor
 * @param {function(string): boolean} validates Whether a job has curves of a validation.
 * @returns {HTMLElement}
 */
export function legend(ids, lookOf, recolor, validates) {
  return h("ul.legend", { "aria-label": "Legend" }, ids.map((id) => {
    const look = lookOf(id);
    const pick = h("input", {
      type: "color", value: hexadecimal(look.color), "aria-label": `Colour of job ${id}`, on: { change: () => recolor(id, pick.value) },
    });
    return h("li", {}, ids.length > 1 ? h("a", { href: link(["jobs", id]) }, `Job ${id}`) : `Job ${id}`,
      sample(look), h("span.quiet", {}, "training"),
      validates(id) ? [sample(validationLook(look)), h("span.quiet", {}, "validation")] : null, pick);
  }));
}

function sample({ color, dash }) {
  return svg("svg", { width: 34, height: 10, viewBox: "0 0 34 10", "aria-hidden": "true" },
    svg("line", { x1: 1, y1: 5, x2: 33, y2: 5, stroke: color, "stroke-width": 2, "stroke-dasharray": dash.join(" ") || "none" }));
}

function hexadecimal(color) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
