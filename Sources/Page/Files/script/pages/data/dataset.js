/**
 * One dataset: its columns, how their values are spread, its rows.
 * @module
 */
import { histogram, bars } from "../../charts/bars.js";
import { json, path, send } from "../../core/api.js";
import { h, replace } from "../../core/dom.js";
import { bytes, count, exact, metric as metricText, shape } from "../../core/format.js";
import { go } from "../../core/router.js";
import { actionButton } from "../../parts/controls.js";
import { confirm } from "../../parts/dialog.js";
import { Region } from "../../parts/region.js";
import { facts, table } from "../../parts/table.js";
import { rowsRegion } from "./rows.js";

/**
 * @param {HTMLElement} root
 * @param {string} name
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function openDataset(root, name, { query }, { head }) {
  const region = new Region("Dataset", { headless: true, height: "14rem" });
  const place = h("div", {});
  let rows = null;
  root.append(region.element, place);
  region.load((signal) => json(path("datasets", name), { signal }), (dataset) => {
    const remove = actionButton("Delete", async () => {
      if (!await confirm(`Delete ${name}?`, "What is stored of it is gone then.", "Delete the data")) return;
      await send(path("datasets", name), { method: "DELETE" });
      go(["datasets"]);
    });
    if (dataset.built_in) {
      remove.disabled = true;
      remove.title = "It comes with the program";
    }
    head.append(h("div.actions", {},
      actionButton("Train on it", async () => (await import("../../parts/train.js")).openTraining(null, name), { isMain: true }), remove));
    rows = rowsRegion(dataset, query);
    place.append(rows.element);
    return content(dataset);
  });
  return () => {
    region.close();
    rows?.close();
  };
}

function content(dataset) {
  const parts = dataset.parts;
  return [
    facts([
      ["Rows", parts ? Object.entries(parts).filter(([, rows]) => rows).map(([name, rows]) => `${count(rows)} ${name}`).join(", ") : `${count(dataset.rows)}, no parts`],
      ["A row", shape(dataset.input_shape)], ["Target", (dataset.defaults?.targets ?? []).join(", ") || null], ["Size", bytes(dataset.bytes)],
    ]),
    dataset.notes?.length ? h("ul.note", {}, dataset.notes.map((note) => h("li", {}, note))) : null,
    columnTable(dataset),
  ];
}

function columnTable(dataset) {
  const figure = (title, key, text) => (dataset.columns.some((column) => column[key] !== undefined)
    ? [{ title, number: true, cell: (column) => text(column[key]) }] : []);
  return table("Columns", [
    { title: "Column", cell: (column) => h("bdi", {}, column.name) },
    { title: "Type", cell: (column) => `${column.type}${column.identifier ? ", names the rows" : ""}${column.split ? ", says the part" : ""}` },
    ...figure("Missing", "missing", count), ...figure("Distinct", "distinct", count), ...figure("Least", "min", bound),
    ...figure("Greatest", "max", bound), ...figure("Mean", "mean", bound), ...figure("Deviation", "std", bound),
    { title: "Spread", cell: (column) => spreadCell(dataset, column) },
  ], dataset.columns);
}

function bound(value) {
  if (value === undefined || value === null) return "–";
  return typeof value === "number" ? h("span", { title: exact(value) }, metricText(value)) : value;
}

/** Only columns whose values can be counted have one; it is asked for when it comes into sight. */
function spreadCell(dataset, column) {
  const place = h("div.spread", {});
  const sight = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting) return;
    sight.disconnect();
    try {
      replace(place, spread(await json(`${path("datasets", dataset.name, "columns", column.name)}?bins=24`)));
    } catch {
      replace(place, h("span.quiet", {}, "–"));
    }
  });
  sight.observe(place);
  return place;
}

function spread(found) {
  if (found.bins?.length) {
    const words = found.bins.map((bin) => ({ from: side(bin.from), to: side(bin.to), count: bin.count }));
    const most = words.reduce((best, bin) => (bin.count > best.count ? bin : best));
    const what = found.of === "value" ? "" : `${found.of} of the values, `;
    return [histogram(`${found.name}: ${what}${words[0].from} to ${words.at(-1).to}, most often from ${most.from} to ${most.to}`, words),
      h("span.note.number", {}, `${what}${words[0].from} to ${words.at(-1).to}`)];
  }
  if (found.categories?.length) {
    return bars(`${found.name} by word`, found.categories.slice(0, 10).map((one) => ({ label: one.value, value: one.count, text: count(one.count) })));
  }
  return h("span.quiet", {}, "–");
}

function side(value) {
  return typeof value === "number" ? metricText(value) : String(value);
}
