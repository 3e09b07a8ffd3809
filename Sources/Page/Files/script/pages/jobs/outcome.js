/**
 * What jobs came to: the last value of each metric, and of the kept weights those on the test rows.
 * @module
 */
import { h } from "../../core/dom.js";
import { exact, metric as metricText } from "../../core/format.js";
import { link } from "../../core/router.js";
import { Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";

/** A table of metrics, a row each, a column a job and a part. */
export class Outcome {
  #frame = 0;
  #jobs = [];

  constructor() {
    this.region = new Region("Last values", { height: "6rem" });
    this.element = this.region.element;
    this.region.empty("No epoch has ended yet.");
  }

  /** @param {Object[]} jobs */
  show(jobs) {
    this.#jobs = jobs;
    this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#draw(); });
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.region.close();
  }

  #draw() {
    const numbers = (job) => Object.entries(job.metrics).filter(([, value]) => !Array.isArray(value));
    const names = [...new Set(this.#jobs.flatMap((job) => numbers(job).map(([name]) => name.replace(/^(val|test)_/, ""))))];
    if (!names.length) return;
    const cell = (job, name) => {
      const value = job.metrics[name];
      return value === undefined ? h("span.quiet", {}, "–") : h("span", { title: exact(value) }, metricText(value));
    };
    const several = this.#jobs.length > 1;
    const columns = [{ title: "Metric", cell: (name) => name }];
    for (const job of this.#jobs) {
      for (const [prefix, part] of [["", "training"], ["val_", "validation"], ["test_", "test"]]) {
        if (!names.some((name) => prefix + name in job.metrics)) continue;
        const title = several ? [h("a", { href: link(["jobs", job.id]) }, `Job ${job.id}`), ` ${part}`] : part;
        columns.push({ title, number: true, cell: (name) => cell(job, prefix + name) });
      }
    }
    this.region.data(table("Last values", columns, names));
  }
}
