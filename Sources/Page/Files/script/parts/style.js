/**
 * Styles of pages that few open: asked for when one is.
 * @module
 */
import { h } from "../core/dom.js";

const loaded = new Map();

/**
 * Loads a style sheet once.
 *
 * @param {string} name Such as `inside`.
 * @returns {Promise<void>} Kept also where it could not be loaded; the page can be read without.
 */
export function loadStyle(name) {
  if (!loaded.has(name)) {
    loaded.set(name, new Promise((resolve) => {
      const address = new URL(`../../style/${name}.css`, import.meta.url).href;
      document.head.append(h("link", { rel: "stylesheet", href: address, on: { load: resolve, error: resolve } }));
    }));
  }
  return loaded.get(name);
}
