/**
 * Try: an input made from the model's own, and its answer while one draws or types.
 * @module
 */
import { openNewest } from "../../parts/newest.js";
import { openTrial } from "./trial.js";

/** @param {import("../../core/router.js").Address} address */
export function title({ path: [, name] }) {
  return name ? `Try ${name}` : "Try";
}

/**
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function open(root, address, shell) {
  return address.path[1] ? openTrial(root, address.path[1], address, shell) : openNewest(root, "try", "Models to try");
}
