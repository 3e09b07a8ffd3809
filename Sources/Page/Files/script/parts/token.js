/**
 * The dialog that asks for a token.
 * @module
 */
import { h } from "../core/dom.js";
import { openDialog } from "./dialog.js";

/**
 * Asks for a token until there is one.
 *
 * @param {string} reason Why the last one didn't do; empty at first.
 * @returns {Promise<string>}
 */
export function askForToken(reason) {
  return openDialog("This server needs a token", (close) => {
    const field = h("input", {
      type: "password", id: "token", name: "token", autocomplete: "current-password", required: true, spellcheck: "false",
      "aria-describedby": "token-error", "aria-invalid": reason ? "true" : null,
    });
    const error = h("p.fault", { id: "token-error", role: "alert" }, reason);
    const form = h("form", {
      on: { submit: (event) => { event.preventDefault(); if (field.value.trim()) close(field.value); else field.focus(); } },
    },
    h("p.quiet", {}, "It is kept in this tab alone, until the tab is closed."),
    // Password managers and those who read forms to others want to know whose it is.
    h("input", { type: "text", name: "username", autocomplete: "username", value: "trainyard", hidden: true }),
    h("label", { for: "token" }, "Token"), field, error,
    h("div.row.end", {}, h("button.main", { type: "submit" }, "Use")));
    setTimeout(() => field.focus());
    return form;
  }, { escapable: false });
}
