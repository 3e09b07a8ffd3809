/**
 * The list of datasets, and the place to drop another one.
 * @module
 */
import { json } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { ago, bytes, count, fullTime, shape } from "../../core/format.js";
import { link } from "../../core/router.js";
import { dropField } from "../../parts/drop.js";
import { Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";

/**
 * @param {HTMLElement} root
 * @returns {function(): void}
 */
export function openDatasets(root) {
  const upload = new Region("Upload", { height: "6rem" });
  const region = new Region("Stored data", { height: "10rem" });
  offer();
  root.append(region.element, upload.element);
  region.load((signal) => json("datasets", { signal }), ({ datasets }) => table("Data", [
    { title: "Name", cell: (one) => [h("a", { href: link(["datasets", one.name]) }, h("bdi", {}, one.name)), one.built_in ? h("span.quiet", {}, " built in") : null] },
    { title: "Kind", cell: (one) => one.kind },
    { title: "Rows", number: true, cell: (one) => count(one.rows + one.test_rows) },
    { title: "Columns", number: true, cell: (one) => count(one.columns.length) },
    { title: "A row", cell: (one) => h("span.number", {}, shape(one.input_shape)) },
    { title: "Target", cell: (one) => target(one) },
    { title: "Size", number: true, cell: (one) => bytes(one.bytes) },
    { title: "Stored", cell: (one) => h("time", { datetime: one.created_at, title: fullTime(one.created_at) }, ago(one.created_at)) },
  ], datasets));

  function offer() {
    upload.data([
      dropField(async (file) => {
        const { Upload } = await import("./upload.js");
        const form = new Upload(file, offer);
        upload.data(form.element);
      }),
      h("p.note", {}, "CSV, TSV, JSON, NDJSON, NPY, NPZ, IDX, text, or a zip of folders of pictures or sounds, one a class."),
    ]);
  }

  return () => {
    upload.close();
    region.close();
  };
}

function target({ target, defaults }) {
  const names = h("bdi", {}, (defaults?.targets ?? []).join(", "));
  return target?.kind === "class" ? [names, ` ${count(target.classes)} classes`] : names;
}
