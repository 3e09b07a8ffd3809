/**
 * The rows of a dataset, page by page: pictures in a grid, everything else as a table.
 * @module
 */
import { json, path } from "../../core/api.js";
import { h, setText } from "../../core/dom.js";
import { count, metric as metricText } from "../../core/format.js";
import { set } from "../../core/router.js";
import { labelled } from "../../parts/controls.js";
import { pictureOf } from "../../parts/picture.js";
import { Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";

const pageRows = 24;

/**
 * @param {Object} dataset
 * @param {URLSearchParams} query
 * @returns {Region}
 */
export function rowsRegion(dataset, query) {
  const region = new Region("Rows", { height: "16rem" });
  let offset = Math.max(0, Number(query.get("row")) || 0);
  let part = query.get("part") ?? "";
  const which = h("span.quiet.number", { role: "status" });
  const back = h("button.small", { type: "button", on: { click: () => move(Math.max(0, offset - pageRows)) } }, "Back");
  const on = h("button.small", { type: "button", on: { click: () => move(offset + pageRows) } }, "On");
  const field = h("input.short", { type: "number", id: "row", min: "0", value: offset, on: { change: () => move(Math.max(0, Number(field.value) || 0)) } });
  const parts = ["train", "validation", "test"].filter((one) => dataset.parts?.[one]);
  const choice = h("select", { id: "part", on: { change: () => { part = choice.value; set({ part }); move(0); } } },
    h("option", { value: "" }, "all"), parts.map((one) => h("option", { selected: one === part }, one)));
  region.element.querySelector(".region-head").append(h("div.row.fields", {}, parts.length > 1 ? labelled("Part", choice) : null,
    labelled("Row", field), back, on, which));
  load();

  function move(next) {
    offset = next;
    field.value = String(next);
    set({ row: next || null });
    load();
  }

  function load() {
    const asked = `offset=${offset}&limit=${pageRows}${part ? `&part=${part}` : ""}`;
    region.load((signal) => json(`${path("datasets", dataset.name, "rows")}?${asked}`, { signal }), (page) => {
      back.disabled = offset === 0;
      on.disabled = page.next === null;
      setText(which, page.rows.length ? `${count(offset)} to ${count(offset + page.rows.length - 1)} of ${count(page.total)}` : "");
      if (!page.rows.length) {
        region.empty("There are no rows here.");
        return null;
      }
      const pictured = dataset.columns.find((column) => isSeen(column, page.rows[0].values[column.name]));
      return pictured ? tiles(dataset, page.rows, pictured.name) : rowTable(dataset, page.rows);
    });
  }
  return region;
}

function isSeen(column, value) {
  return ["image", "sound"].includes(column.type) || Array.isArray(value) && value.length > 3;
}

function tiles(dataset, rows, pictured) {
  return h("div.tiles", {}, rows.map((row) => {
    const rest = dataset.columns.filter((column) => column.name !== pictured);
    return h("div.tile", {}, pictureOf(row.values[pictured], `${pictured} of row ${row.row}`) ?? word(row.values[pictured]),
      h("span.number.quiet", {}, `row ${count(row.row)}`), rest.slice(0, 3).map((column) => h("span", {}, h("bdi", {}, column.name), " ", word(row.values[column.name]))));
  }));
}

function rowTable(dataset, rows) {
  const columns = dataset.columns.slice(0, 60);
  return [table("Rows", [
    { title: "Row", number: true, cell: (row) => count(row.row) }, { title: "Part", cell: (row) => row.part ?? "" },
    ...columns.map((column) => ({
      title: h("bdi", {}, column.name), number: ["number", "integer"].includes(column.type), cell: (row) => word(row.values[column.name]),
    })),
  ], rows), columns.length < dataset.columns.length ? h("p.note", {}, `${columns.length} of ${count(dataset.columns.length)} columns shown.`) : null];
}

/** A value as text, cut short; the whole of it in a title up to some length. */
function word(value) {
  if (value === null || value === undefined) return h("span.quiet", {}, "missing");
  if (typeof value === "number") return h("span.number", { title: String(value) }, Number.isInteger(value) ? count(value) : metricText(value));
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return h("bdi", { title: text.length > 60 ? text.slice(0, 2000) : null }, text.length > 60 ? `${text.slice(0, 59)}…` : text);
}
