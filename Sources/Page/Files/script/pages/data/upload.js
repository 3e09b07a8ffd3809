/**
 * An upload: what the server recognised, a way to say otherwise, then the storing.
 * @module
 */
import { json, path, Problem } from "../../core/api.js";
import { h, replace } from "../../core/dom.js";
import { bytes, count } from "../../core/format.js";
import { go } from "../../core/router.js";
import { actionButton, labelled } from "../../parts/controls.js";
import { settled } from "../../parts/form.js";
import { problemBox } from "../../parts/region.js";
import { table } from "../../parts/table.js";

const kinds = ["number", "integer", "boolean", "category", "text", "date", "array", "image", "sound"];
const endings = {
  csv: "text/csv", tsv: "text/tab-separated-values", json: "application/json", ndjson: "application/x-ndjson", jsonl: "application/x-ndjson",
  zip: "application/zip", txt: "text/plain", npy: "application/x-npy", npz: "application/x-npz",
};

/** The preview of one file. */
export class Upload {
  #types = {};

  /**
   * @param {File} file
   * @param {function(): void} cancel
   */
  constructor(file, cancel) {
    this.file = file;
    this.name = h("input", { type: "text", id: "dataset-name", value: nameOf(file.name), autocomplete: "off" });
    this.target = h("input", { type: "text", id: "dataset-target", autocomplete: "off" });
    this.split = h("input.short", { type: "text", inputmode: "decimal", id: "dataset-split", autocomplete: "off" });
    this.preview = h("div", { "aria-live": "polite" });
    const again = settled(500, () => this.#look());
    for (const field of [this.name, this.target, this.split]) field.addEventListener("input", again);
    this.element = h("div.form", {},
      h("p", {}, h("bdi", {}, file.name), h("span.quiet.number", {}, ` ${bytes(file.size)}`)),
      h("div.row.fields", {}, labelled("Name", this.name), labelled("Target column", this.target), labelled("Share for testing", this.split)),
      this.preview,
      h("div.row.end", {}, h("button", { type: "button", on: { click: cancel } }, "Another file"), actionButton("Store", () => this.#store(), { isMain: true })));
    this.#look();
  }

  #send(isTrial) {
    const query = new URLSearchParams();
    if (isTrial) query.set("dry_run", "true");
    if (this.target.value.trim()) query.set("target", this.target.value.trim());
    if (this.split.value.trim()) query.set("test_split", this.split.value.trim());
    if (Object.keys(this.#types).length) query.set("schema", JSON.stringify(this.#types));
    const type = endings[this.file.name.toLowerCase().split(".").pop()] ?? "application/octet-stream";
    return json(`${path("datasets", this.name.value.trim() || "unnamed")}?${query}`, { method: "PUT", body: this.file, type });
  }

  async #look() {
    this.preview.setAttribute("aria-busy", "true");
    try {
      this.#show(await this.#send(true));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      replace(this.preview, problemBox(error, () => this.#look()));
    } finally {
      this.preview.removeAttribute("aria-busy");
    }
  }

  async #store() {
    const dataset = await this.#send(false);
    go(["datasets", dataset.name]);
  }

  #show(found) {
    const choice = (column) => {
      const options = [["", `${column.type} (found)`], ...kinds.map((kind) => [kind, kind]), ["ignore", "leave out"]];
      const chosen = this.#types[column.name];
      const select = h("select", {
        "aria-label": `Type of ${column.name}`,
        on: {
          change: () => {
            if (select.value === "") delete this.#types[column.name];
            else this.#types[column.name] = select.value === "ignore" ? { ignore: true } : { type: select.value };
            this.#look();
          },
        },
      }, options.map(([value, text]) => h("option", { value, selected: chosen && (chosen.ignore ? "ignore" : chosen.type) === value }, text)));
      return select;
    };
    const rows = found.first_rows ?? [];
    replace(this.preview,
      h("p.number", {}, `${count(found.rows + found.test_rows)} rows, ${count(found.columns.length)} columns`,
        found.format ? `; separator “${found.format.separator === "\t" ? "tab" : found.format.separator}”, header ${found.format.header}, ${found.format.encoding}` : ""),
      found.notes?.length ? h("ul.note", {}, found.notes.map((note) => h("li", {}, note))) : null,
      table("Columns", [
        { title: "Column", cell: (column) => h("bdi", {}, column.name) }, { title: "Type", cell: choice },
        { title: "Missing", number: true, cell: (column) => count(column.missing) },
        { title: "Distinct", number: true, cell: (column) => count(column.distinct) },
        { title: "First values", cell: (column) => h("bdi", {}, rows.slice(0, 3).map((row) => short(row.values[column.name])).join(", ")) },
      ], found.columns));
  }
}

function short(value) {
  if (value === null || value === undefined) return "–";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** A name that a dataset may have, made of a file's. */
function nameOf(file) {
  return file.replace(/\.[^.]*$/, "").replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 100) || "data";
}
