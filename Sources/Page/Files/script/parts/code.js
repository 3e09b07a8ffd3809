/**
 * Code to copy.
 * @module
 */
import { h, setText } from "../core/dom.js";

/**
 * A piece of code with a button that copies it, where the browser lets a page do so.
 *
 * @param {string} name
 * @param {string} text
 * @returns {HTMLElement}
 */
export function code(name, text) {
  const canCopy = Boolean(navigator.clipboard);
  const button = h("button.small", {
    type: "button", disabled: !canCopy, "aria-label": `Copy ${name}`,
    title: canCopy ? null : "Browsers let pages copy only over HTTPS or on this machine",
    on: { click: async () => { await navigator.clipboard.writeText(text); setText(button, "Copied"); } },
  }, "Copy");
  return h("div", {}, h("div.row", {}, h("h3", {}, name), button), h("pre.code", { tabindex: "0", "aria-label": name }, text));
}
