/**
 * The list of jobs: running ones first, then those that wait, then those that have ended.
 * @module
 */
import { mayWrite, readOnlyReason } from "../../core/api.js";
import { h, replace, setText } from "../../core/dom.js";
import { count } from "../../core/format.js";
import { go, set } from "../../core/router.js";
import { jobs, listed, ready } from "../../core/store.js";
import { Region } from "../../parts/region.js";
import { VirtualGrid } from "../../parts/table.js";
import { makeRow, rowColumns, rowHeight } from "./row.js";

const states = ["running", "queued", "paused", "succeeded", "failed", "cancelled"];
const ranks = { running: 0, queued: 1, paused: 2 };

/**
 * Opens the list.
 *
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function openList(root, { query }, { head }) {
  const selected = new Set();
  const filter = { state: query.get("state") ?? "", model: query.get("model") ?? "", text: query.get("text") ?? "" };
  const compare = h("button", { type: "button", disabled: true, on: { click: () => go(["jobs", [...selected].join(",")]) } },
    "Compare");
  const stateField = h("select", { id: "state", on: { change: () => change("state", stateField.value) } },
    h("option", { value: "" }, "All"), states.map((state) => h("option", { value: state, selected: filter.state === state }, state)));
  const modelField = h("select", { id: "model", on: { change: () => change("model", modelField.value) } }, h("option", { value: "" }, "All"));
  let offered = 0;
  const textField = h("input", {
    type: "search", id: "text", value: filter.text, placeholder: "Model, data or id", on: { input: () => change("text", textField.value) },
  });
  const total = h("span.quiet.number", { role: "status" });
  const fresh = h("button.main", { type: "button", on: { click: () => newJob() } }, "New job");
  const guard = mayWrite.subscribe(guardNew);
  guardNew(mayWrite.value);
  head.append(h("div.actions", {}, compare, fresh));
  const region = new Region("Jobs", { headless: true, height: "24rem" });
  region.element.classList.add("bare");
  const grid = new VirtualGrid("Jobs", {
    columns: rowColumns(), rowHeight: rowHeight(), key: (row) => row.id, open: (row) => go(["jobs", row.id]),
    make: (row) => makeRow(row, selected, showSelection),
  });
  grid.element.classList.add("jobs");
  const filters = h("div.row.fields.filters", {},
    h("label", { for: "state" }, "State", stateField), h("label", { for: "model" }, "Model", modelField), h("label", { for: "text" }, "Find", textField), total);
  root.append(filters, region.element);
  const stop = jobs.subscribe(show);
  const stopListed = listed.subscribe(show);
  const resized = () => { grid.options.rowHeight = rowHeight(); show(); };
  window.addEventListener("resize", resized);
  region.load(() => ready(), () => { show(); return null; });

  function guardNew(may) {
    fresh.disabled = !may;
    fresh.title = may ? "" : readOnlyReason;
  }

  async function newJob() {
    const { openTraining } = await import("../../parts/train.js");
    openTraining();
  }

  function change(key, value) {
    filter[key] = value;
    set({ [key]: value });
    show();
  }

  function showSelection() {
    compare.disabled = selected.size < 2;
    setText(compare, selected.size ? `Compare ${selected.size}` : "Compare");
  }

  function show() {
    if (!listed.value) return;
    const all = [...jobs.value.values()];
    if (!all.length) {
      filters.hidden = true;
      const start = h("button.main", { type: "button", disabled: !mayWrite.value, title: mayWrite.value ? "" : readOnlyReason },
        "Train the built-in digits");
      start.addEventListener("click", async () => (await import("./digits.js")).trainDigits(start));
      if (!region.element.querySelector(".empty")) region.empty("No jobs yet.", start);
      return;
    }
    filters.hidden = false;
    if (all.length !== offered) offerModels(all);
    const rows = all.filter(matches).sort(order);
    setText(total, rows.length === all.length ? `${count(all.length)} jobs` : `${count(rows.length)} of ${count(all.length)} jobs`);
    if (!rows.length) {
      if (!region.element.querySelector(".empty")) region.empty("No job is like that.");
      return;
    }
    if (!grid.element.isConnected) region.data(grid.element);
    grid.show(rows);
    if (!performance.getEntriesByName("rows-shown").length) performance.mark("rows-shown");
  }

  function offerModels(all) {
    offered = all.length;
    const names = [...new Set(all.map((row) => row.model))].sort();
    if (filter.model && !names.includes(filter.model)) names.push(filter.model);
    replace(modelField, h("option", { value: "" }, "All"), names.map((name) => h("option", { value: name, selected: name === filter.model }, name)));
  }

  function matches(row) {
    if (filter.state && row.state !== filter.state || filter.model && row.model !== filter.model) return false;
    const text = filter.text.trim().toLowerCase();
    return !text || row.id === text || row.model.toLowerCase().includes(text) || (row.dataset ?? "").toLowerCase().includes(text);
  }

  return () => {
    stop();
    stopListed();
    guard();
    grid.close();
    region.close();
    window.removeEventListener("resize", resized);
    replace(root);
  };
}

/** Those that run first, then those that wait in the order in which they come, then the newest. */
function order(one, other) {
  const ranked = (ranks[one.state] ?? 3) - (ranks[other.state] ?? 3);
  if (ranked) return ranked;
  const byNumber = Number(one.id) - Number(other.id);
  return one.state === "queued" ? byNumber : -byNumber;
}
