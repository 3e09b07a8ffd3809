/**
 * Why a job diverged: where the first number that isn't finite came up, and the steps before it.
 * @module
 */
import { json, knowsRoute, path } from "../../core/api.js";
import { count, exact, metric as metricText } from "../../core/format.js";
import { h } from "../../core/dom.js";
import { Region } from "../../parts/region.js";
import { facts, table } from "../../parts/table.js";

/** The region of the post-mortem; hidden where there is none. */
export class Postmortem {
  /** @param {Object} job */
  constructor(job) {
    this.region = new Region("Post-mortem", { height: "8rem" });
    this.element = this.region.element;
    this.element.hidden = true;
    this.#load(job).catch(() => { this.element.hidden = true; });
  }

  close() {
    this.region.close();
  }

  async #load(job) {
    if (job.kind !== "training" || !await knowsRoute("/jobs/{id}/postmortem") || !/\b(nan|inf)\b/i.test(job.error?.detail ?? "")) return;
    const found = await json(path("jobs", job.id, "postmortem"));
    const figure = (key) => ({ title: key, number: true, cell: (step) => h("span", { title: exact(step[key]) }, metricText(step[key])) });
    this.region.data([
      facts([["Epoch", count(found.epoch)], ["Step", count(found.step)], ["Layer", found.layer], ["Value", String(found.value)]]),
      found.before?.length ? table("The steps before", [
        { title: "Epoch", number: true, cell: (step) => count(step.epoch) }, { title: "Step", number: true, cell: (step) => count(step.step) },
        figure("loss"), figure("gradient"), figure("weight"),
      ], found.before) : null,
      found.rows?.length ? h("p.note.number", {}, `Rows of the batch: ${found.rows.slice(0, 100).join(", ")}${found.rows.length > 100 ? ", …" : ""}`) : null,
    ]);
    this.element.hidden = false;
  }
}
