/**
 * Inputs that are typed: a text, the cell of a table, JSON.
 * @module
 */
import { h } from "../../core/dom.js";
import { shape as shapeText } from "../../core/format.js";

/**
 * @param {function(): void} changed
 * @returns {import("./inputs.js").Input}
 */
export function textField(changed) {
  const field = h("textarea", { rows: 5, id: "input-text", on: { input: changed } });
  return {
    element: h("div.field", {}, h("label", { for: "input-text" }, "Text"), field),
    read: () => (field.value === "" ? undefined : field.value),
    take: (value) => { field.value = typeof value === "string" ? value : ""; },
    pick: (values) => Object.values(values).find((value) => typeof value === "string"),
  };
}

/**
 * One cell of a table: a choice where its words are known, with "unknown" for missing.
 *
 * @param {string} name
 * @param {?string} dtype
 * @param {?Object} column
 * @param {function(): void} changed
 * @returns {import("./inputs.js").Input}
 */
export function cell(name, dtype, column, changed) {
  const id = `cell-${name}`;
  const words = column?.categories?.map((one) => one.value);
  if (words?.length && ["category", "boolean"].includes(column.type)) {
    const select = h("select", { id, on: { change: changed } }, h("option", { value: "" }, "unknown"), words.map((word) => h("option", { value: `=${word}` }, word)));
    return {
      element: h("div.field", {}, h("label", { for: id }, h("bdi", {}, name)), select),
      read: () => (select.value === "" ? null : select.value.slice(1)),
      take: (value) => { select.value = value === null || value === undefined ? "" : `=${value}`; },
    };
  }
  const isNumber = dtype !== "string";
  const field = h("input", { id, type: "text", inputmode: isNumber ? "decimal" : null, placeholder: "unknown", autocomplete: "off", on: { input: changed } });
  return {
    element: h("div.field", {}, h("label", { for: id }, h("bdi", {}, name)), field),
    read: () => (field.value.trim() === "" ? null : isNumber && Number.isFinite(Number(field.value)) ? Number(field.value) : field.value),
    take: (value) => { field.value = value ?? ""; },
  };
}

/**
 * @param {(?number)[]} shape
 * @param {function(): void} changed
 * @returns {import("./inputs.js").Input}
 */
export function jsonField(shape, changed) {
  const area = h("textarea.code", { id: "input-json", rows: 8, spellcheck: "false", on: { input: changed } });
  const shown = h("div", {});
  return {
    element: h("div.form", {}, h("div.field", {}, h("label", { for: "input-json" }, `JSON of ${shapeText(shape)}`), area), shown),
    read: () => {
      if (area.value.trim() === "") return undefined;
      try {
        const value = JSON.parse(area.value);
        area.removeAttribute("aria-invalid");
        return value;
      } catch {
        area.setAttribute("aria-invalid", "true");
        return undefined;
      }
    },
    take: async (value) => {
      area.value = value === undefined ? "" : JSON.stringify(value);
      const { pictureOf } = await import("../picture.js");
      shown.replaceChildren(...[pictureOf(value, "The input")].filter(Boolean));
    },
  };
}
