/**
 * Buttons that change something: disabled, and saying why, where the token may only read.
 * @module
 */
import { isMissingModule, mayWrite, readOnlyReason } from "../core/api.js";
import { h } from "../core/dom.js";
import { problemBox } from "./region.js";

/**
 * A button whose work changes something on the server.
 *
 * @param {string} text
 * @param {function(): Promise<*>} work
 * @param {{isMain?: boolean, isRead?: boolean}} [options] `isRead` where a token of scope `read` will do.
 * @returns {HTMLButtonElement}
 */
export function actionButton(text, work, { isMain = false, isRead = false } = {}) {
  const may = isRead || mayWrite.value;
  const button = h(isMain ? "button.main" : "button", { type: "button", disabled: !may, title: may ? null : readOnlyReason }, text);
  let fault = null;
  button.addEventListener("click", async () => {
    fault?.remove();
    button.disabled = true;
    try {
      await work();
    } catch (error) {
      // The whole page tells of it.
      if (isMissingModule(error)) throw error;
      fault = problemBox(error);
      (button.closest(".page-head, .region-body, dialog") ?? button.parentElement).append(fault);
    } finally {
      button.disabled = !(isRead || mayWrite.value);
    }
  });
  return button;
}

/**
 * A link whose address is made anew before it is followed, since what it takes along changes.
 *
 * @param {string} text
 * @param {function(): string} address
 * @returns {HTMLElement}
 */
export function aimedLink(text, address) {
  const aim = () => { anchor.href = address(); };
  const anchor = h("a.button", { href: address(), on: { pointerdown: aim, pointerenter: aim, focus: aim } }, text);
  return anchor;
}

/**
 * A field with its label.
 *
 * @param {string} label
 * @param {HTMLElement} control
 * @param {*} [more] What stands behind the control.
 * @returns {HTMLElement}
 */
export function labelled(label, control, more = null) {
  control.id ||= `field-${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
  return h("label", { for: control.id }, label, control, more);
}
