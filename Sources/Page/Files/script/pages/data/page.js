/**
 * Data: the list, an upload, or one dataset.
 * @module
 */
import { openDataset } from "./dataset.js";
import { openDatasets } from "./list.js";

/** @param {import("../../core/router.js").Address} address */
export function title({ path: [, name] }) {
  return name ? `Data ${name}` : "Data";
}

/**
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function open(root, address, shell) {
  const name = address.path[1];
  return name ? openDataset(root, name, address, shell) : openDatasets(root);
}
