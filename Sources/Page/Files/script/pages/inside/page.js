/**
 * Inside: what the layers of a model hold, for one input, view by view.
 * @module
 */
import { openNewest } from "../../parts/newest.js";
import { openInside } from "./model.js";

/** @param {import("../../core/router.js").Address} address */
export function title({ path: [, name] }) {
  return name ? `Inside ${name}` : "Inside";
}

/**
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function open(root, address, shell) {
  return address.path[1] ? openInside(root, address.path[1], address, shell) : openNewest(root, "inside", "Models to look into");
}
