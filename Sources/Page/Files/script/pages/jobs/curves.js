/**
 * The curves of jobs: a chart for each metric with its validation twin, and what is set for all charts at once.
 * @module
 */
import { Cursor, nearest } from "../../charts/cursor.js";
import { LineChart } from "../../charts/line.js";
import { lookOf } from "../../charts/palette.js";
import { withTwin } from "../../charts/twin.js";
import { json, path } from "../../core/api.js";
import { h, replace, setText } from "../../core/dom.js";
import { count, duration, exact, metric as metricText } from "../../core/format.js";
import { set } from "../../core/router.js";
import { setting, store } from "../../core/settings.js";
import { actionButton, labelled } from "../../parts/controls.js";
import { listsKeys } from "../../parts/keys.js";
import { Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";
import { legend } from "./legend.js";
import { groups } from "./series.js";

const points = 2000;
/** How many epochs are drawn as they come before the server is asked to thin them out. */
const slack = 400;

/** The curves of one job or several. */
export class Curves {
  #ids;
  #histories = new Map();
  #charts = new Map();
  #cursor = new Cursor();
  #timer = 0;
  #frame = 0;

  /**
   * @param {string[]} ids
   * @param {URLSearchParams} query
   * @param {function(Map<string, Object>): void} told Told of the histories whenever they are drawn.
   */
  constructor(ids, query, told) {
    this.told = told;
    this.#ids = ids;
    this.view = {
      xLog: query.get("x") === "log", byTime: query.get("by") === "time", yLog: query.get("y") === "log", smooth: Math.min(Number(query.get("smooth")) || 0, 0.99),
      epochs: query.has("from") && query.has("to") ? [Number(query.get("from")), Number(query.get("to"))] : null,
    };
    this.region = new Region("Curves", { height: "20rem" });
    this.element = this.region.element;
    this.controls = this.#makeControls();
    this.readout = h("div.readout", {});
    this.charts = h("div.charts", {});
    this.note = h("p.note.number", {});
    this.legendPlace = h("div", {});
    this.#cursor.subscribe(() => this.#plan());
  }

  /** Asks for the histories. */
  load() {
    const { epochs: range, smooth, byTime } = this.view;
    const asked = `points=${points}${smooth ? `&smooth=${smooth}` : ""}${byTime ? "&elapsed=true" : ""}`
      + (range ? `&from=${Math.max(1, Math.floor(range[0]))}&to=${Math.max(1, Math.ceil(range[1]))}` : "");
    return this.region.load(
      (signal) => Promise.all(this.#ids.map((id) => json(`${path("jobs", id, "history")}?${asked}`, { signal }))),
      (all) => {
        this.#ids.forEach((id, index) => this.#histories.set(id, all[index]));
        this.#show();
        if (!performance.getEntriesByName("curves-shown").length) performance.mark("curves-shown");
        return this.controls.isConnected ? null : [this.controls, this.legendPlace, this.charts, this.note];
      },
    );
  }

  /**
   * Takes in an epoch that has just ended.
   *
   * @param {string} id
   * @param {Object} data The event's.
   */
  append(id, data) {
    const history = this.#histories.get(id);
    if (!history || this.view.epochs) return;
    if (this.view.smooth || history.epochs === 0 || (history.extra ?? 0) >= slack) {
      this.#timer ||= setTimeout(() => { this.#timer = 0; this.load(); }, 1000);
      return;
    }
    if (history.series.some((series) => (series.epoch.at(-1) ?? 0) >= data.epoch)) return;
    history.extra = (history.extra ?? 0) + 1;
    history.epochs = Math.max(history.epochs, data.epoch);
    history.to = history.epochs;
    for (const series of history.series) {
      if (!(series.metric in data)) continue;
      if (data[series.metric] === null) series.nonfinite.push({ epoch: data.epoch, value: "NaN", elapsed: series.elapsed?.at(-1) });
      else {
        series.elapsed?.push((series.elapsed.at(-1) ?? 0) + (data.seconds ?? 0));
        series.epoch.push(data.epoch);
        series.value.push(data[series.metric]);
      }
    }
    this.#plan(true);
  }

  close() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    for (const { chart } of this.#charts.values()) chart.close();
    this.region.close();
  }

  #isStale = false;

  #plan(isStale = false) {
    this.#isStale ||= isStale;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#isStale) this.#show();
      this.#isStale = false;
      this.#readCursor();
    });
  }

  #look(id) {
    return lookOf(id, setting(`color.${id}`, null));
  }

  #show() {
    const wanted = groups([...this.#histories].map(([id, history]) => ({ id, history })), (id) => this.#look(id), this.view.byTime);
    for (const [name, { chart, figure }] of this.#charts) {
      if (wanted.some((group) => group.name === name)) continue;
      chart.close();
      figure.remove();
      this.#charts.delete(name);
    }
    for (const group of wanted) {
      if (!this.#charts.has(group.name)) this.#add(group.name);
      const entry = this.#charts.get(group.name);
      entry.curves = group.curves;
      entry.chart.show(group.curves);
      setText(entry.note, entry.chart.dropped ? `${count(entry.chart.dropped)} numbers at or below 0 have no place on this axis` : "");
    }
    const hasEpochs = [...this.#histories.values()].some((history) => history.series.length);
    if (!wanted.length) replace(this.charts, h("p.quiet", {}, hasEpochs ? "How long these epochs took isn't known; choose epochs for x." : "No epoch has ended yet."));
    else this.charts.querySelector("p.quiet:not(.note)")?.remove();
    replace(this.legendPlace, legend(this.#ids, (id) => this.#look(id), (id, color) => { store(`color.${id}`, color); this.#show(); },
      (id) => this.#histories.get(id)?.series.some((series) => series.metric.startsWith("val_")) ?? false));
    this.told(this.#histories);
    this.#tellDecimation();
    this.#readCursor();
  }

  #add(name) {
    const chart = new LineChart({
      cursor: this.#cursor, subject: name, view: () => ({ ...this.view, range: this.view.byTime ? null : this.view.epochs }), zoom: (range) => this.#zoom(this.#inEpochs(range)),
    });
    listsKeys(chart.element, name, [
      ["← →", "move the cursor, with Shift further"], ["Home End", "to the first and the last epoch"], ["+ −", "zoom in and out"],
      ["0", "show the whole"], ["Escape", "take the cursor away"],
    ]);
    const note = h("p.note.number", {});
    const values = h("p.number.values", {}, "\u00a0");
    const figure = withTwin(name, chart.element, () => this.#table(name), [values, note]);
    this.charts.append(figure);
    this.#charts.set(name, { chart, figure, note, values, curves: [] });
  }

  #table(name) {
    const { curves } = this.#charts.get(name);
    const epochs = [...new Set(curves.flatMap((curve) => curve.epoch))].sort((a, b) => a - b);
    const rows = curves.map((curve) => new Map(curve.epoch.map((epoch, index) => [epoch, curve.y[index]])));
    const shown = epochs.length > 1000 ? epochs.filter((_, index) => index % Math.ceil(epochs.length / 1000) === 0) : epochs;
    return h("div.tall", {}, table(name, [
      { title: "Epoch", number: true, cell: (epoch) => count(epoch) },
      ...curves.map((curve, index) => ({
        title: curve.name, number: true,
        cell: (epoch) => (rows[index].has(epoch) ? h("span", { title: exact(rows[index].get(epoch)) }, metricText(rows[index].get(epoch))) : ""),
      })),
    ], shown));
  }

  #readCursor() {
    const at = this.#cursor.value;
    for (const { curves, values } of this.#charts.values()) {
      setText(values, at === null ? "\u00a0" : `${this.view.byTime ? `after ${duration(at)}` : `epoch ${count(at)}`}: ${curves.map((curve) => {
        const index = nearest(curve.x, at);
        return `${curve.name} ${index < 0 ? "–" : metricText((curve.smoothed ?? curve.y)[index])}`;
      }).join("  ·  ")}`);
    }
  }

  #tellDecimation() {
    const thin = [...this.#histories.values()].filter((history) => history.decimated);
    const history = thin[0];
    const range = history ? history.to - history.from + 1 : 0;
    setText(this.note, history
      ? `${count(Math.max(...history.series.map((series) => series.epoch.length)))} of ${count(Math.min(range, history.epochs))} epochs shown, the least and the greatest of each stretch among them; zoom in for more.`
      : "");
  }

  #zoom(range) {
    const last = Math.max(...[...this.#histories.values()].map((history) => history.epochs), 1);
    const limits = range && [Math.max(1, Math.round(range[0])), Math.min(last, Math.round(range[1]))];
    const epochs = this.view.epochs = limits && limits[1] > limits[0] && (limits[0] > 1 || limits[1] < last) ? limits : null;
    this.fields.from.value = epochs?.[0] ?? "";
    this.fields.to.value = epochs?.[1] ?? "";
    set({ from: epochs?.[0] ?? null, to: epochs?.[1] ?? null });
    this.load();
  }

  /** The epochs of a range along x. */
  #inEpochs(range) {
    if (!range || !this.view.byTime) return range;
    const timed = [...this.#histories.values()].flatMap((history) => history.series.find((series) => series.elapsed?.length) ?? []);
    if (!timed.length) return null;
    const at = (seconds) => timed.map((series) => series.epoch[nearest(series.elapsed, seconds)]);
    return [Math.min(...at(range[0])), Math.max(...at(range[1]))];
  }

  #makeControls() {
    const { view } = this;
    const smooth = h("input", { type: "range", id: "smoothing", min: "0", max: "0.99", step: "0.01", value: view.smooth });
    const amount = h("output.number", { for: "smoothing" }, String(view.smooth));
    smooth.addEventListener("input", () => {
      view.smooth = Number(smooth.value);
      setText(amount, smooth.value);
      set({ smooth: view.smooth || null });
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => { this.#timer = 0; this.load(); }, 150);
    });
    smooth.title = "At a = the slider, each point is Σ aᵗ⁻ⁱxᵢ / Σ aᵗ⁻ⁱ over all epochs up to it";
    const box = (key, name) => {
      const field = h("input", { type: "checkbox", id: `log-${key}`, checked: view[`${key}Log`] });
      field.addEventListener("change", () => { view[`${key}Log`] = field.checked; set({ [key]: field.checked ? "log" : null }); this.#show(); });
      return h("label", { for: field.id }, field, name);
    };
    const edge = (key) => h("input.short", {
      type: "number", id: `zoom-${key}`, min: "1", value: view.epochs?.[key === "from" ? 0 : 1] ?? "", on: { change: () => this.#zoomByFields() },
    });
    this.fields = { from: edge("from"), to: edge("to") };
    const by = h("select", { id: "curves-by" }, h("option", { value: "" }, "epochs"), h("option", { value: "time", selected: view.byTime }, "time in s"));
    by.addEventListener("change", () => {
      view.byTime = by.value === "time";
      this.#cursor.value = null;
      set({ by: by.value || null });
      this.load();
    });
    return h("div.row.fields.curve-controls", {}, labelled("Smoothing", smooth, amount), box("y", "Log y"), box("x", "Log x"), labelled("x in", by),
      labelled("Epochs", this.fields.from), labelled("to", this.fields.to),
      h("button.small", { type: "button", on: { click: () => this.#zoom(null) } }, "Whole"), this.#exportButton());
  }

  #exportButton() {
    const button = actionButton("Export", async () => (await import("./export.js")).exportHistories(this.#ids), { isRead: true });
    button.classList.add("small");
    button.title = "All epochs with all digits, as CSV";
    return button;
  }

  #zoomByFields() {
    const [from, to] = [this.fields.from, this.fields.to].map((field) => Number(field.value) || null);
    if (from && to && to > from) this.#zoom([from, to]);
  }
}
