/**
 * A place to drop a file, with a field that does the same.
 * @module
 */
import { h } from "../core/dom.js";

/**
 * @param {function(File): void} take
 * @param {{accept?: string, words?: string}} [options]
 * @returns {HTMLElement}
 */
export function dropField(take, { accept = null, words = "Drop a file here, or choose one." } = {}) {
  const field = h("input", { type: "file", id: "file", accept, on: { change: () => { if (field.files[0]) take(field.files[0]); } } });
  const over = (isOver) => (event) => {
    event.preventDefault();
    place.classList.toggle("over", isOver);
  };
  const place = h("div.drop", {
    on: {
      dragenter: over(true), dragover: over(true), dragleave: over(false),
      drop: (event) => {
        over(false)(event);
        const file = event.dataTransfer.files[0];
        if (file) take(file);
      },
    },
  }, h("p", {}, words), h("label", { for: "file" }, "File", " "), field);
  return place;
}
