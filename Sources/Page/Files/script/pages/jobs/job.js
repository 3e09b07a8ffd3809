/**
 * One job, or several over each other.
 * @module
 */
import { json, path } from "../../core/api.js";
import { h, replace } from "../../core/dom.js";
import { count, duration } from "../../core/format.js";
import { link } from "../../core/router.js";
import { put, watch } from "../../core/store.js";
import { Region } from "../../parts/region.js";
import { facts } from "../../parts/table.js";
import { jobActions } from "./actions.js";
import { Confusion } from "./confusion.js";
import { Curves } from "./curves.js";
import { Outcome } from "./outcome.js";

/**
 * Opens jobs.
 *
 * @param {HTMLElement} root
 * @param {string[]} ids
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function openJobs(root, ids, { query }, { head }) {
  const found = new Map();
  const overview = new Region(ids.length > 1 ? "The jobs" : "The job", { headless: true, height: "5rem" });
  const curves = new Curves(ids, query);
  const outcome = new Outcome();
  const confusion = new Confusion(query);
  const options = new Region("Options as given", { height: "3rem" });
  const place = h("div", {});
  const actions = h("div.actions", {});
  head.append(actions);
  root.append(overview.element, place);
  const closers = [() => overview.close(), () => curves.close(), () => confusion.close(), () => outcome.close()];
  let timer = 0;

  overview.load((signal) => Promise.all(ids.map((id) => json(`${path("jobs", id)}?history=false`, { signal }))), (all) => {
    for (const job of all) take(job);
    const isTraining = all.some((job) => job.kind === "training");
    replace(place, isTraining ? [curves.element, outcome.element, confusion.element] : null,
      ids.length === 1 ? [evaluationPlace(), options.element] : null);
    if (isTraining) {
      curves.load();
      confusion.show([...found.values()]);
    }
    return content();
  });
  for (const id of ids) closers.push(watch(id, (event) => happened(id, event)));

  function take(job) {
    found.set(job.id, job);
    put(job);
    outcome.show([...found.values()]);
    if (ids.length === 1) {
      options.data(h("pre.code", { tabindex: "0", "aria-label": "Options" }, JSON.stringify(job.options, null, 2)));
    }
  }

  function happened(id, event) {
    const job = found.get(id);
    if (!job) return;
    if (event.name === "progress") {
      job.progress = { ...job.progress, ...event.data };
      showOverview();
    } else if (event.name === "epoch") {
      const { job: _, model: __, epoch, learning_rate: rate, ...metrics } = event.data;
      job.progress = { ...job.progress, epoch };
      job.metrics = { ...job.metrics, ...metrics };
      curves.append(id, event.data);
      outcome.show([...found.values()]);
      confusion.grow(id, epoch);
      showOverview();
    } else {
      clearTimeout(timer);
      timer = setTimeout(() => reload(id), 50);
    }
  }

  async function reload(id) {
    const job = await json(`${path("jobs", id)}?history=false`).catch(() => null);
    if (!job) return;
    take(job);
    showOverview();
    curves.load();
    confusion.show([...found.values()]);
  }

  function showOverview() {
    if (found.size === ids.length) overview.data(content());
  }

  function content() {
    const jobs = ids.map((id) => found.get(id));
    if (jobs.length === 1) {
      jobActions(actions, jobs[0], () => reload(jobs[0].id));
      return oneJob(jobs[0]);
    }
    return h("ul.plain", {}, jobs.map((job) => h("li.row", {}, h("a", { href: link(["jobs", job.id]) }, `Job ${job.id}`), stateOf(job),
      h("bdi", {}, job.model), epochs(job))));
  }

  function evaluationPlace() {
    const job = found.get(ids[0]);
    if (job.kind === "training" && job.state !== "succeeded") return null;
    const spot = h("div", {});
    import("./evaluation.js").then(({ Evaluation }) => {
      const evaluation = new Evaluation(job);
      closers.push(() => evaluation.close());
      spot.append(evaluation.element);
    });
    return spot;
  }

  return () => {
    clearTimeout(timer);
    for (const close of closers) close();
  };
}

function stateOf(job) {
  return h("span.state", { "data-state": job.state }, job.state);
}

function epochs({ progress }) {
  return progress?.epochs ? `epoch ${count(progress.epoch ?? 0)} of ${count(progress.epochs)}` : null;
}

function oneJob(job) {
  const progress = job.progress ?? {};
  const runs = job.state === "running";
  const seconds = job.started_at ? (Date.parse(job.finished_at ?? new Date().toISOString()) - Date.parse(job.started_at)) / 1000 : null;
  const name = h("a", { href: link(["models", job.model], { version: job.version }) }, h("bdi", {}, job.model),
    job.version === null ? "" : ` version ${job.version}`);
  return [
    facts([
      ["State", stateOf(job)], ["Model", name],
      ["Data", job.dataset === null ? "with the request" : h("a", { href: link(["datasets", job.dataset]) }, h("bdi", {}, job.dataset))],
      ["Epoch", progress.epochs ? `${count(progress.epoch ?? 0)} of ${count(progress.epochs)}` : null],
      ["Rows/s", progress.samples_per_second ? count(progress.samples_per_second) : null],
      ["Time left", runs && progress.eta_seconds != null ? duration(progress.eta_seconds) : null],
      [job.finished_at ? "Took" : "Since its start", seconds === null ? null : duration(seconds)],
      ["Experiment", job.experiment ? h("a", { href: link(["experiments", job.experiment]) }, h("bdi", {}, job.experiment)) : null],
      ["Forked from", job.forked_from ? h("a", { href: link(["jobs", job.forked_from.job]) }, `Job ${job.forked_from.job}, epoch ${job.forked_from.epoch}`) : null],
    ]),
    job.error ? h("div.problem", {}, h("p", {}, job.error.detail ?? JSON.stringify(job.error))) : null,
    job.version !== null && job.kind === "training"
      ? h("p", {}, h("a.button", { href: link(["try", job.model], { version: job.version }) }, "Try this model")) : null,
  ];
}

