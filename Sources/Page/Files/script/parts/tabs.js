/**
 * Tabs, by keys as by mouse.
 * @module
 */
import { h, replace, uniqueID } from "../core/dom.js";

/**
 * Makes tabs.
 *
 * @param {string} name
 * @param {{id: string, title: string, open: function(): *}[]} tabs Each is made when it is opened.
 * @param {string} [first] The id of the one that is open at first.
 * @param {function(string): void} [changed]
 * @returns {HTMLElement}
 */
export function tabs(name, tabs, first = tabs[0].id, changed = () => {}) {
  const panel = h("div", { role: "tabpanel", id: uniqueID(), tabindex: "-1" });
  const buttons = tabs.map((tab) => h("button", {
    type: "button", role: "tab", id: uniqueID(), "aria-controls": panel.id, on: { click: () => { select(tab.id); changed(tab.id); } },
  }, tab.title));
  const list = h("div.tabs", { role: "tablist", "aria-label": name, on: { keydown: move } }, buttons);

  function select(id) {
    tabs.forEach((tab, index) => {
      const isOpen = tab.id === id;
      buttons[index].setAttribute("aria-selected", String(isOpen));
      buttons[index].tabIndex = isOpen ? 0 : -1;
      if (!isOpen) return;
      panel.setAttribute("aria-labelledby", buttons[index].id);
      replace(panel, tab.open());
      requestAnimationFrame(() => reveal(buttons[index]));
    });
  }

  /** Where the tabs have no room beside each other, the row of them scrolls, and nothing around it. */
  function reveal(button) {
    const [outer, inner] = [list.getBoundingClientRect(), button.getBoundingClientRect()];
    if (inner.left < outer.left || inner.right > outer.right) list.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }

  function move(event) {
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    const next = (at + step + buttons.length) % buttons.length;
    buttons[next].focus();
    buttons[next].click();
  }

  select(tabs.some((tab) => tab.id === first) ? first : tabs[0].id);
  return h("div", {}, list, panel);
}
