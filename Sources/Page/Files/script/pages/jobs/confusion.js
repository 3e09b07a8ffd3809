/**
 * The confusion matrix of a job, over its epochs.
 * @module
 */
import { MatrixChart } from "../../charts/matrix.js";
import { withTwin } from "../../charts/twin.js";
import { json, path } from "../../core/api.js";
import { h, setText } from "../../core/dom.js";
import { count } from "../../core/format.js";
import { set } from "../../core/router.js";
import { labelled } from "../../parts/controls.js";
import { Region } from "../../parts/region.js";

/** The region of the matrix; hidden where no job has one. */
export class Confusion {
  #chart = null;
  #job = null;
  #epoch = null;

  /** @param {URLSearchParams} query */
  constructor(query) {
    this.region = new Region("Confusion matrix", { height: "20rem" });
    this.element = this.region.element;
    this.element.hidden = true;
    this.isShare = query.get("matrix") === "share";
    this.#epoch = Number(query.get("matrixEpoch")) || null;
  }

  /** @param {Object[]} jobs The first of them that has a matrix is shown. */
  show(jobs) {
    const has = (job) => (job.options.metrics ?? []).includes?.("confusion_matrix") && (job.progress?.epoch ?? 0) > 0;
    const job = jobs.find(has);
    if (!job) return;
    const isNew = this.#job?.id !== job.id;
    this.#job = job;
    this.element.hidden = false;
    if (isNew) this.#build(jobs.length > 1);
    if (!this.labels && job.version !== null) this.#learnLabels(job);
    const names = Object.keys(job.metrics).filter((name) => name.endsWith("confusion_matrix"));
    if (names.length) this.#offer(names);
    this.#limit(this.#last());
    this.#read();
  }

  /**
   * Takes notice of an epoch that has ended; the newest one is followed unless another was chosen.
   *
   * @param {string} id
   * @param {number} epoch
   */
  grow(id, epoch) {
    if (this.#job?.id !== id) return;
    this.#limit(epoch);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (this.#epoch === null) this.#read(); }, 300);
  }

  close() {
    clearTimeout(this.timer);
    this.#chart?.close();
    this.region.close();
  }

  #last() {
    const { state, progress } = this.#job;
    return Math.max(1, state === "running" ? (progress.epoch ?? 1) - 1 : progress.epoch ?? 1);
  }

  #build(isOneOfSeveral) {
    this.#chart?.close();
    const chart = this.#chart = new MatrixChart();
    this.slider = h("input", { type: "range", id: "matrix-epoch", min: "1", max: "1", value: this.#epoch ?? 1 });
    this.slider.addEventListener("input", () => {
      const isNewest = this.slider.value === this.slider.max;
      this.#epoch = isNewest ? null : Number(this.slider.value);
      set({ matrixEpoch: this.#epoch });
      this.#read();
    });
    this.output = h("output.number", { for: "matrix-epoch" });
    this.part = h("select", { id: "matrix-part", on: { change: () => this.#read() } });
    const share = h("input", { type: "checkbox", id: "matrix-share", checked: this.isShare });
    share.addEventListener("change", () => { this.isShare = share.checked; set({ matrix: share.checked ? "share" : null }); this.#draw(); });
    this.place = h("div", {}, withTwin(isOneOfSeveral ? `Job ${this.#job.id}` : "Matrix", chart.element, () => chart.table()));
    this.region.data([h("div.row.fields", {}, labelled("Epoch", this.slider, this.output), labelled("Rows of", this.part),
      h("label", { for: "matrix-share" }, share, "Share of a row")), this.place]);
  }

  #offer(names) {
    const words = { "": "training", val: "validation", test: "test" };
    const known = [...this.part.options].map((option) => option.value);
    if (names.join() === known.join()) return;
    const chosen = this.part.value;
    this.part.replaceChildren(...names.map((name) => (
      h("option", { value: name, selected: name === chosen }, words[name.replace(/_?confusion_matrix$/, "")] ?? name)
    )));
  }

  #limit(last) {
    this.slider.max = String(last);
    if (this.#epoch === null) this.slider.value = String(last);
  }

  async #read() {
    const name = this.part.value || "confusion_matrix";
    const isTest = name.startsWith("test_");
    this.slider.disabled = isTest;
    setText(this.output, isTest ? "of the kept weights" : `${count(Number(this.slider.value))} of ${count(Number(this.slider.max))}`);
    if (isTest) {
      this.matrix = this.#job.metrics[name];
      this.#draw();
      return;
    }
    const epoch = this.slider.value;
    const asked = `metrics=${name}&from=${epoch}&to=${epoch}`;
    try {
      const { series } = await json(`${path("jobs", this.#job.id, "history")}?${asked}`);
      if (epoch !== this.slider.value || !series[0]?.value[0]) return;
      this.matrix = series[0].value[0];
      this.#draw();
    } catch (error) {
      if (!this.matrix) this.region.error(error, () => { this.#job = null; });
    }
  }

  /** The words of the classes, which the version knows. */
  async #learnLabels({ model, version }) {
    const found = await json(path("models", model, "versions", version)).catch(() => null);
    this.labels = found?.options?.labels ?? null;
    if (this.labels) this.#draw();
  }

  #draw() {
    if (!this.matrix) return;
    this.#chart.show(this.matrix, this.matrix.map((_, index) => this.labels?.[index] ?? String(index)), this.isShare);
  }
}
