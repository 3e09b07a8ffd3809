/**
 * Starts the page: shell, events, and the page that the address names.
 * @module
 */
import { asksForTokenWith, isMissingModule } from "./core/api.js";
import { h, replace } from "./core/dom.js";
import { link, parse } from "./core/router.js";
import { buildShell, markCurrent } from "./core/shell.js";
import { start } from "./core/store.js";
import { pages } from "./pages/index.js";

const root = document.getElementById("main");
let close = null;
let turn = 0;
const shown = pages.filter((page) => !page.isQuiet);

/** Where the docs, which are served with the page, tell of a page. */
const explainLink = ({ title, explains }) => h("a.explain", { href: link(["docs", ...explains]), "aria-label": `Explain ${title}` }, "Explain");

/** Opens the page that the address names, and closes the one before. */
async function open() {
  const address = parse(location.hash);
  if (!address) return;
  const mine = ++turn;
  close?.();
  close = null;
  const page = pages.find(({ name }) => name === (address.path[0] ?? "jobs"));
  if (!page) return showNotFound();
  markCurrent(page.name);
  let module;
  try {
    module = await page.load();
  } catch {
    return showMissing();
  }
  if (mine !== turn) return;
  const title = module.title(address);
  const heading = h("h1", { tabindex: "-1" }, title);
  const head = h("div.page-head", {}, heading, page.explains.length ? explainLink(page) : null);
  const body = h("div", {});
  document.title = `${title} – Trainyard`;
  replace(root, head, body);
  close = module.open(body, address, { head, heading });
  if (mine > 1) {
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
}

function showNotFound() {
  markCurrent("");
  document.title = "Not found – Trainyard";
  const heading = h("h1", { tabindex: "-1" }, "Not found");
  replace(root, h("div.page-head", {}, heading), h("p", {}, "This address means nothing here. The pages there are:"),
    h("ul.plain", {}, shown.map(({ name, title }) => h("li", {}, h("a", { href: `#/${name}` }, title)))));
  heading.focus();
}

/** A module can't be had: an old tab asks for what the updated server no longer has, or the server is away. */
async function showMissing() {
  close?.();
  close = null;
  const mine = ++turn;
  const answer = await fetch(document.querySelector("script[src]").src, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (mine !== turn) return;
  const isUpdated = answer?.status === 404;
  const title = isUpdated ? "The server was updated" : "The server does not answer";
  const heading = h("h1", { tabindex: "-1" }, title);
  document.title = `${title} – Trainyard`;
  replace(root, h("div.page-head", {}, heading),
    h("p", {}, isUpdated ? "This tab is of the version before." : "A part of the page could not be loaded. The server may have stopped, or the network is down."),
    isUpdated ? h("button.main", { type: "button", on: { click: () => location.reload() } }, "Reload") : h("button.main", { type: "button", on: { click: open } }, "Retry"));
  heading.focus();
}

asksForTokenWith(async (reason) => (await import("./parts/token.js")).askForToken(reason));
buildShell(shown);
start();
window.addEventListener("hashchange", open);
window.addEventListener("unhandledrejection", (event) => {
  if (!isMissingModule(event.reason)) return;
  event.preventDefault();
  showMissing();
});
open();
