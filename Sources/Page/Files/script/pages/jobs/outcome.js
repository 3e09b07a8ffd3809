/**
 * What jobs came to: of each metric the last value, the least and the greatest with their epochs, and that on the test rows.
 * @module
 */
import { h } from "../../core/dom.js";
import { count, exact, metric as metricText } from "../../core/format.js";
import { link } from "../../core/router.js";
import { Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";

/** A table of metrics, a row each; several jobs stand beside each other. */
export class Outcome {
  #frame = 0;
  #jobs = [];
  #histories = new Map();

  constructor() {
    this.region = new Region("Last and best", { height: "6rem" });
    this.element = this.region.element;
    this.region.empty("No epoch has ended yet.");
  }

  /** @param {Object[]} jobs */
  show(jobs) {
    this.#jobs = jobs;
    this.#plan();
  }

  /** @param {Map<string, Object>} histories By job, as they are drawn. */
  learn(histories) {
    this.#histories = histories;
    this.#plan();
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.region.close();
  }

  #plan() {
    this.#frame ||= requestAnimationFrame(() => { this.#frame = 0; this.#draw(); });
  }

  #draw() {
    const found = new Map(this.#jobs.map((job) => [job, summary(job, this.#histories.get(job.id))]));
    const names = [...new Set([...found.values()].flatMap((one) => [...one.keys()]))];
    if (!names.length) return;
    const several = this.#jobs.length > 1;
    const columns = [{ title: "Metric", cell: (name) => name }];
    for (const job of this.#jobs) {
      const rows = found.get(job);
      const title = (text) => (several ? [h("a", { href: link(["jobs", job.id]) }, `Job ${job.id}`), ` ${text}`] : text);
      const column = (text, key, at) => ({
        title: title(text), number: true, cell: (name) => value(rows.get(name)?.[key], at && rows.get(name)?.[at]),
      });
      columns.push(column("last", "last"));
      if (!several) columns.push(column("least", "least", "leastAt"));
      if (!several) columns.push(column("greatest", "greatest", "greatestAt"));
      if ([...rows.values()].some((row) => row.test !== undefined)) columns.push(column("test", "test"));
    }
    this.region.data(table("Last and best", columns, names));
  }
}

function value(number, epoch) {
  if (number === undefined) return h("span.quiet", {}, "–");
  return [h("span", { title: exact(number) }, metricText(number)), epoch ? h("span.quiet", {}, ` at ${count(epoch)}`) : null];
}

/** Of each metric of a job what the table has. */
function summary(job, history) {
  const rows = new Map();
  const row = (name) => {
    if (!rows.has(name)) rows.set(name, {});
    return rows.get(name);
  };
  for (const { metric, epoch, value: values } of history?.series ?? []) {
    if (!values.length || metric === "learning_rate") continue;
    const entry = row(metric);
    values.forEach((number, index) => {
      if (entry.least === undefined || number < entry.least) Object.assign(entry, { least: number, leastAt: epoch[index] });
      if (entry.greatest === undefined || number > entry.greatest) Object.assign(entry, { greatest: number, greatestAt: epoch[index] });
    });
    entry.last = values.at(-1);
  }
  for (const [name, number] of Object.entries(job.metrics)) {
    if (Array.isArray(number)) continue;
    if (name.startsWith("test_")) row(name.slice(5)).test = number;
    else row(name).last = number;
  }
  return rows;
}
