/**
 * What stands around every page: navigation, menu, theme, token, the bar that tells of a lost connection.
 * @module
 */
import { forgetToken, hasToken } from "./api.js";
import { h, replace, setText } from "./dom.js";
import { lostSince } from "./events.js";
import { timeOfDay } from "./format.js";
import { link } from "./router.js";
import { applyTheme, setting, store } from "./settings.js";
import { lastChange } from "./store.js";

const byID = (id) => document.getElementById(id);

/**
 * Fills the shell.
 *
 * @param {{name: string, title: string}[]} pages The pages in the navigation.
 */
export function buildShell(pages) {
  replace(byID("navigation"), h("ul", {}, pages.map(({ name, title }) => (
    h("li", {}, h("a", { href: link([name]), "data-page": name }, title))
  ))));
  byID("menu").addEventListener("click", () => openMenu(!byID("site").classList.contains("open")));
  byID("site").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && byID("site").classList.contains("open")) {
      openMenu(false);
      byID("menu").focus();
    }
  });
  byID("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byID("main").focus();
  });
  replace(byID("site-end"), themeChoice(), tokenButton());
  applyTheme();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
  lostSince.subscribe(showConnection);
  lastChange.subscribe(announceChange);
}

/**
 * Marks the page that is open.
 *
 * @param {string} name
 */
export function markCurrent(name) {
  openMenu(false);
  for (const anchor of byID("navigation").querySelectorAll("a")) {
    if (anchor.dataset.page === name) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
}

function openMenu(isOpen) {
  byID("site").classList.toggle("open", isOpen);
  byID("menu").setAttribute("aria-expanded", String(isOpen));
}

function themeChoice() {
  const options = [["auto", "As the system"], ["light", "Light"], ["dark", "Dark"]];
  const select = h("select", { id: "theme", on: { change: () => { store("theme", select.value); applyTheme(); } } },
    options.map(([value, text]) => h("option", { value, selected: setting("theme", "auto") === value }, text)));
  return h("label", { for: "theme" }, "Theme", select);
}

function tokenButton() {
  const button = h("button", { type: "button", hidden: !hasToken.value, on: { click: () => { forgetToken(); location.reload(); } } },
    "Forget token");
  hasToken.subscribe((has) => { button.hidden = !has; });
  return button;
}

function showConnection(since) {
  const bar = byID("stale");
  bar.hidden = since === null;
  setText(bar, since ? `Not connected since ${timeOfDay(since)}, trying again` : "");
}

let spokenAt = 0;
let waiting = 0;

/** Speaks of states alone, and not more often than every 5 s. */
function announceChange(change) {
  clearTimeout(waiting);
  const speak = () => {
    spokenAt = Date.now();
    setText(byID("announcer"), `Job ${change.job} ${change.state}`);
  };
  const rest = 5000 - (Date.now() - spokenAt);
  if (rest <= 0) speak();
  else waiting = setTimeout(speak, rest);
}
