/**
 * Learn: derivatives of what one types, four ways.
 * @module
 */
import { h, loadStyle } from "../../core/dom.js";
import { functionsPlace } from "./functions.js";
import { growthPlace } from "./growth.js";

/** @returns {string} */
export function title() {
  return "Learn";
}

/**
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @returns {function(): void}
 */
export function open(root, { query }) {
  loadStyle("inside");
  const [functions, growth] = [functionsPlace(query), growthPlace(query)];
  const words = "Type functions. The server makes a graph of them, runs it forwards for the values and backwards for the derivatives, "
    + "as it does to train a network.";
  root.append(h("p", {}, words), functions.element, growth.element);
  return () => { functions.close(); growth.close(); };
}
