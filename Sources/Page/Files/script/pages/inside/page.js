/**
 * Inside: what the layers of a model hold, for one input, view by view.
 * @module
 */
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
  if (address.path[1]) return openInside(root, address.path[1], address, shell);
  let close = null;
  let isClosed = false;
  import("../../parts/newest.js").then(({ openNewest }) => { if (!isClosed) close = openNewest(root, "inside", "Models to look into"); });
  return () => { isClosed = true; close?.(); };
}
