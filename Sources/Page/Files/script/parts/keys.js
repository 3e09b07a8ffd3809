/**
 * Which keys a part of a page takes: listed at `?` while it has the focus.
 * @module
 */
import { h } from "../core/dom.js";

/**
 * Lists keys in a dialog.
 *
 * @param {string} name
 * @param {[string, string][]} keys Each with what it does.
 */
export async function showKeys(name, keys) {
  const { openDialog } = await import("./dialog.js");
  openDialog(`Keys: ${name}`, (close) => [
    h("dl.keys", {}, keys.map(([key, what]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)))),
    h("div.row.end", {}, h("button", { type: "button", on: { click: () => close() } }, "Close")),
  ]);
}

/**
 * Has `?` list the keys of an element.
 *
 * @param {HTMLElement} element
 * @param {string} name
 * @param {[string, string][]} keys Each with what it does.
 */
export function listsKeys(element, name, keys) {
  element.setAttribute("aria-keyshortcuts", "?");
  element.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    showKeys(name, keys);
  });
}
