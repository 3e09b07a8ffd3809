/**
 * Try: an input made from the model's own, and its answer while one draws or types.
 * @module
 */
import { json } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { link } from "../../core/router.js";
import { Region } from "../../parts/region.js";
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
  const name = address.path[1];
  if (name) return openTrial(root, name, address, shell);
  const region = new Region("Models to try", { headless: true, height: "10rem" });
  root.append(region.element);
  region.load((signal) => json("models", { signal }), ({ models }) => {
    const trained = models.filter((model) => model.version > 0);
    if (!trained.length) {
      region.empty("No trained model yet.", h("a.button", { href: link(["jobs"]) }, "Train one"));
      return null;
    }
    const newest = trained.reduce((best, model) => (model.created_at > best.created_at ? model : best));
    location.replace(link(["try", newest.name]));
    return null;
  });
  return () => region.close();
}
