/**
 * The docs, as they were when this program was built.
 * @module
 */
import { send } from "../../core/api.js";
import { h, loadStyle } from "../../core/dom.js";
import { link } from "../../core/router.js";
import { elementsOf } from "../../parts/markdown.js";
import { Region } from "../../parts/region.js";
import { contents } from "./contents.js";

const folder = new URL("../../../docs/", import.meta.url);

/** @param {import("../../core/router.js").Address} address */
export function title({ path: [, name] }) {
  return contents.find(([id]) => id === name)?.[1] ?? "Docs";
}

/**
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @returns {function(): void}
 */
export function open(root, { path: [, name, section] }) {
  const region = new Region("Docs", { headless: true, height: "24rem" });
  const list = h("ul.plain.contents", { "aria-label": "All pages of the docs" }, contents.map(([id, text]) => (
    h("li", {}, h("a", { href: link(["docs", id]), "aria-current": id === name ? "page" : null }, text)))));
  root.classList.toggle("docs-page", Boolean(name));
  root.append(name ? region.element : h("p", {}, "What this program does and how, as it was when this program was built."), list);
  if (!name) return () => region.close();
  if (!contents.some(([id]) => id === name)) {
    region.empty(`There is no page “${name}” in the docs.`, h("a.button", { href: link(["docs"]) }, "All pages"));
    return () => region.close();
  }
  region.load(async (signal) => {
    const [response] = await Promise.all([send(new URL(`${name}.md`, folder).href, { signal, headers: { Accept: "*/*" } }), loadStyle("docs")]);
    return response.text();
  }, (text) => {
    const article = h("article.doc", {}, elementsOf(text, (target) => addressOf(target, name)));
    if (section) requestAnimationFrame(() => showSection(article, section));
    return article;
  });
  return () => region.close();
}

/**
 * Where a link in the docs leads from here. Pure.
 *
 * @param {string} target As the text has it.
 * @param {string} name The page that it stands on.
 * @returns {?string} null where it leads to a file that isn't served.
 */
export function addressOf(target, name) {
  if (/^https?:\/\//.test(target)) return target;
  const [, page, section] = /^(?:([a-z]+)\.md)?(?:#(.+))?$/.exec(target) ?? [];
  const path = page ?? (section ? name : null);
  return path && contents.some(([id]) => id === path) ? link(["docs", path, ...(section ? [section] : [])]) : null;
}

function showSection(article, section) {
  const heading = [...article.querySelectorAll("[id]")].find((one) => one.id === `doc-${section}`);
  heading?.scrollIntoView();
  heading?.focus({ preventScroll: true });
}
