/**
 * Dialogs: the browser's own, which keeps the focus inside and gives it back.
 * @module
 */
import { h, uniqueID } from "../core/dom.js";

/**
 * Opens a dialog.
 *
 * @param {string} title
 * @param {function(function(*): void): Node|Node[]} content Makes what is in it; takes what closes it with an answer.
 * @param {{escapable?: boolean}} [options]
 * @returns {Promise<*>} The answer; undefined where it was escaped from.
 */
export function openDialog(title, content, { escapable = true } = {}) {
  return new Promise((resolve) => {
    const id = uniqueID();
    const before = document.activeElement;
    let answer;
    const close = (value) => { answer = value; dialog.close(); };
    const dialog = h("dialog", {
      "aria-labelledby": id,
      on: {
        cancel: (event) => { if (!escapable) event.preventDefault(); },
        close: () => { dialog.remove(); before?.focus?.(); resolve(answer); },
      },
    }, h("h2", { id }, title), content(close));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * Asks whether something should really be done.
 *
 * @param {string} title
 * @param {string} text
 * @param {string} verb What the button says that does it.
 * @returns {Promise<boolean>}
 */
export async function confirm(title, text, verb) {
  const answer = await openDialog(title, (close) => [
    h("p", {}, text),
    h("div.row.end", {},
      h("button", { type: "button", on: { click: () => close(false) } }, "Keep"),
      h("button.main", { type: "button", on: { click: () => close(true) } }, verb)),
  ]);
  return answer === true;
}
