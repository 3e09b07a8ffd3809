/**
 * A file that the page makes or fetches, kept by the browser. Fetched, since a link can't show a token.
 * @module
 */
import { h } from "../core/dom.js";

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
