/**
 * Starts the page: shell, events, and the page that the address names.
 * @module
 */
import { asksForTokenWith } from "./core/api.js";
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
    return showUpdated();
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

/** An old tab asks for modules that the updated server no longer has. */
function showUpdated() {
  const heading = h("h1", { tabindex: "-1" }, "The server was updated");
  document.title = "The server was updated – Trainyard";
  replace(root, h("div.page-head", {}, heading), h("p", {}, "This tab is of the version before."),
    h("button.main", { type: "button", on: { click: () => location.reload() } }, "Reload"));
  heading.focus();
}

asksForTokenWith(async (reason) => (await import("./parts/token.js")).askForToken(reason));
buildShell(shown);
start();
window.addEventListener("hashchange", open);
open();
