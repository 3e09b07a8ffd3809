/**
 * One row of the list of jobs.
 * @module
 */
import { drawSpark } from "../../charts/spark.js";
import { h, setText } from "../../core/dom.js";
import { ago, count, duration, exact, fullTime, metric } from "../../core/format.js";
import { link } from "../../core/router.js";
import { headline } from "./headline.js";

const narrow = matchMedia("(max-width: 719px)");

/** How high a row is: two lines where the window is narrow. */
export const rowHeight = () => (narrow.matches ? 74 : 38);

/** The columns of the list. */
export function rowColumns() {
  return [
    { title: "Job", class: "c-id" }, { title: "", class: "c-select" }, { title: "State", class: "c-state" },
    { title: "Model", class: "c-model" }, { title: "Data", class: "c-data" }, { title: "Epoch", class: "c-epoch" },
    { title: "Loss", class: "c-loss" }, { title: "Metric", class: "c-metric" }, { title: "Rows/s", class: "c-speed.right" },
    { title: "Time", class: "c-time.right" },
  ];
}

/**
 * Makes a row.
 *
 * @param {import("../../core/store.js").JobRow} row
 * @param {Set<string>} selected
 * @param {function(): void} changed Called when it is selected or not any more.
 * @returns {{element: HTMLElement, update: function(import("../../core/store.js").JobRow): void}}
 */
export function makeRow(row, selected, changed) {
  const state = h("span.state", {});
  const bar = h("span", {});
  const epoch = h("span.number", {});
  const meter = h("span.meter", { "aria-hidden": "true" }, bar);
  const loss = h("span.number", {});
  const spark = h("canvas.spark", { "aria-hidden": "true" });
  const best = h("span.number", {});
  const bestName = h("span.quiet", {});
  const speed = h("span.number", {});
  const time = h("time.number", {});
  const box = h("input", {
    type: "checkbox", checked: selected.has(row.id), "aria-label": `Compare job ${row.id}`,
    on: { change: () => { selected[box.checked ? "add" : "delete"](row.id); changed(); } },
  });
  const element = h("div.grid-row", {},
    h("div.cell.c-id.number", {}, h("a", { href: link(["jobs", row.id]), "aria-label": `Job ${row.id}` }, row.id)),
    h("div.cell.c-select", {}, box), h("div.cell.c-state", {}, state),
    h("div.cell.c-model", { title: row.model }, h("bdi", {}, row.model)),
    h("div.cell.c-data", { title: row.dataset ?? "" }, h("bdi", {}, row.dataset ?? "with the request")),
    h("div.cell.c-epoch", {}, h("span.progress", {}, epoch, meter)),
    h("div.cell.c-loss", {}, loss, spark), h("div.cell.c-metric", {}, best, " ", bestName),
    h("div.cell.c-speed.right", {}, speed), h("div.cell.c-time.right", {}, time));
  let drawn = 0;
  let last = { job: null, stamp: null };

  function update(job) {
    showTime(time, job);
    if (last.job === job && last.stamp === job.stamp) return;
    last = { job, stamp: job.stamp };
    setText(state, job.state);
    state.dataset.state = job.state;
    const progress = job.progress ?? {};
    setText(epoch, progress.epochs ? `epoch ${count(progress.epoch ?? 0)} of ${count(progress.epochs)}` : job.kind ?? "");
    bar.style.transform = `scaleX(${share(job)})`;
    const value = job.metrics.loss;
    setText(loss, value === undefined ? "" : metric(value));
    loss.title = value === undefined ? "" : `loss ${exact(value)}`;
    const other = headline(job.metrics);
    setText(best, other ? metric(other.value) : "");
    setText(bestName, other?.name ?? "");
    best.title = other ? `${other.name} ${exact(other.value)}` : "";
    const runs = job.state === "running";
    setText(speed, runs && progress.samples_per_second ? count(progress.samples_per_second) : "");
    const trail = job.trail ?? [];
    if (trail.length !== drawn || trail.length === 40) {
      drawn = trail.length;
      spark.hidden = trail.length < 2;
      if (!spark.hidden) requestAnimationFrame(() => drawSpark(spark, trail));
    }
    spark.hidden = trail.length < 2;
  }
  update(row);
  return { element, update };
}

function share({ state, progress }) {
  if (state === "succeeded") return 1;
  if (!progress?.epochs) return 0;
  const finished = Math.max((progress.epoch ?? 0) - 1, 0) + (progress.steps ? (progress.step ?? 0) / progress.steps : 0);
  return Math.min(finished / progress.epochs, 1);
}

function showTime(time, job) {
  if (job.state === "running" && job.progress?.eta_seconds != null) {
    setText(time, `${duration(job.progress.eta_seconds)} left`);
    time.removeAttribute("datetime");
    return;
  }
  const when = job.finished_at ?? job.started_at ?? job.created_at;
  setText(time, ago(when));
  if (time.getAttribute("datetime") === when) return;
  time.setAttribute("datetime", when);
  time.title = fullTime(when);
}
