/**
 * Try: an input made from the model's own, and its answer while one draws or types.
 * @module
 */
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
  if (address.path[1]) return openTrial(root, address.path[1], address, shell);
  let close = null;
  let isClosed = false;
  import("../../parts/newest.js").then(({ openNewest }) => { if (!isClosed) close = openNewest(root, "try", "Models to try"); });
  return () => { isClosed = true; close?.(); };
}
