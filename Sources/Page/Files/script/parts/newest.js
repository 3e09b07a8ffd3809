/**
 * The newest model, for pages that are opened without one.
 * @module
 */
import { json } from "../core/api.js";
import { h } from "../core/dom.js";
import { link } from "../core/router.js";
import { Region } from "./region.js";

/**
 * Goes to a page of the newest model that is trained; says so where there is none.
 *
 * @param {HTMLElement} root
 * @param {string} page
 * @param {string} title What the region is called meanwhile.
 * @returns {function(): void}
 */
export function openNewest(root, page, title) {
  const region = new Region(title, { headless: true, height: "10rem" });
  root.append(region.element);
  region.load((signal) => json("models", { signal }), ({ models }) => {
    const trained = models.filter((model) => model.version > 0);
    if (!trained.length) {
      region.empty("No trained model yet.", h("a.button", { href: link(["jobs"]) }, "Train one"));
      return null;
    }
    const newest = trained.reduce((best, model) => (model.created_at > best.created_at ? model : best));
    location.replace(link([page, newest.name]));
    return null;
  });
  return () => region.close();
}
