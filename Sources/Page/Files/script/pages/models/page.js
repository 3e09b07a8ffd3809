/**
 * Models: the list, one of them, or a new one.
 * @module
 */
import { openModels } from "./list.js";
import { openModel } from "./model.js";

/** @param {import("../../core/router.js").Address} address */
export function title({ path: [, name] }) {
  return name ? `Model ${name}` : "Models";
}

/**
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function open(root, address, shell) {
  const name = address.path[1];
  return name ? openModel(root, name, address, shell) : openModels(root, address, shell);
}
