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

/** Milliseconds between what is written anew while events come. */
const pace = 200;

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
  const outcome = new Outcome();
  const curves = new Curves(ids, query, (histories) => outcome.learn(histories));
  const confusion = new Confusion(query);
  const norms = h("div", {});
  let drawnNorms = null;
  const options = new Region("Options as given", { height: "3rem" });
  const place = h("div", {});
  const actions = h("div.actions", {});
  head.append(actions);
  root.append(overview.element, place);
  const closers = [() => overview.close(), () => curves.close(), () => confusion.close(), () => outcome.close()];
  const after = h("div", {});
  const grown = new Set();
  const timers = new Map();
  let pending = 0;

  overview.load((signal) => Promise.all(ids.map((id) => json(`${path("jobs", id)}?history=false`, { signal }))), (all) => {
    for (const job of all) take(job);
    const isTraining = all.some((job) => job.kind === "training");
    replace(place, isTraining ? [curves.element, outcome.element, norms, confusion.element] : null,
      ids.length === 1 ? [after, options.element] : null);
    if (isTraining) {
      curves.load();
      confusion.show([...found.values()]);
      showNorms();
    }
    return content();
  });
  for (const id of ids) closers.push(watch(id, (event) => happened(id, event)));

  function take(job) {
    found.set(job.id, job);
    put(job);
    outcome.show([...found.values()]);
    if (ids.length === 1) {
      showAfter(job);
      options.data(h("pre.code", { tabindex: "0", "aria-label": "Options" }, JSON.stringify(job.options, null, 2)));
    }
  }

  function happened(id, event) {
    const job = found.get(id);
    if (!job) return;
    if (event.name === "progress") {
      job.progress = { ...job.progress, ...event.data };
      plan();
    } else if (event.name === "epoch") {
      const { job: _, model: __, epoch, learning_rate: rate, seconds, ...metrics } = event.data;
      job.progress = { ...job.progress, epoch };
      job.metrics = { ...job.metrics, ...metrics };
      curves.append(id, event.data);
      drawnNorms?.grow();
      grown.add(id);
      plan();
    } else {
      clearTimeout(timers.get(id));
      timers.set(id, setTimeout(() => reload(id), 50));
    }
  }

  /** Shows what has come a few times a second, however much comes. */
  function plan() {
    pending ||= setTimeout(() => {
      pending = 0;
      showOverview();
      if (!grown.size) return;
      outcome.show([...found.values()]);
      for (const id of grown) confusion.grow(id, found.get(id).progress.epoch);
      grown.clear();
    }, pace);
  }

  async function reload(id) {
    const job = await json(`${path("jobs", id)}?history=false`).catch(() => null);
    if (!job) return;
    const known = found.get(id);
    const isSame = known.state === job.state && known.progress?.epoch === job.progress?.epoch;
    take(job);
    showOverview();
    if (isSame) return;
    curves.load();
    drawnNorms?.load();
    confusion.show([...found.values()]);
  }

  function leaving() {
    for (const timer of timers.values()) clearTimeout(timer);
    clearTimeout(pending);
    confusion.close();
  }

  function showOverview() {
    if (found.size === ids.length) overview.data(content());
  }

  function content() {
    const jobs = ids.map((id) => found.get(id));
    if (jobs.length === 1) {
      jobActions(actions, jobs[0], () => reload(jobs[0].id), leaving);
      return oneJob(jobs[0]);
    }
    return h("ul.plain", {}, jobs.map((job) => h("li.row", {}, h("a", { href: link(["jobs", job.id]) }, `Job ${job.id}`), stateOf(job),
      h("bdi", {}, job.model), epochs(job))));
  }

  /** The norms of a job that takes them. */
  async function showNorms() {
    const [job] = found.values();
    if (ids.length > 1 || job.options.diagnostics !== true || drawnNorms) return;
    const { Norms } = await import("./norms.js");
    drawnNorms = new Norms(job.id);
    closers.push(() => drawnNorms.close());
    replace(norms, drawnNorms.element);
    drawnNorms.load();
  }

  /** What there is once a job has ended: how good its version is, or why it diverged. */
  async function showAfter(job) {
    if (job.kind === "training" && !["succeeded", "failed"].includes(job.state) || after.dataset.state === job.state) return;
    after.dataset.state = job.state;
    const shown = job.state === "failed" ? new (await import("./postmortem.js")).Postmortem(job)
      : new (await import("./evaluation.js")).Evaluation(job);
    closers.push(() => shown.close());
    replace(after, shown.element);
  }

  return () => {
    for (const timer of timers.values()) clearTimeout(timer);
    clearTimeout(pending);
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
      ["Replay of", job.replay ? [h("a", { href: link(["jobs", job.replay.of]) }, `Job ${job.replay.of}`),
        job.replay.identical === null ? "" : job.replay.identical ? ": the same weights" : ": other weights"] : null],
      ["Experiment", job.experiment ? h("a", { href: link(["experiments", job.experiment]) }, h("bdi", {}, job.experiment)) : null],
      ["Forked from", job.forked_from ? h("a", { href: link(["jobs", job.forked_from.job]) }, `Job ${job.forked_from.job}, epoch ${job.forked_from.epoch}`) : null],
    ]),
    job.error ? h("div.problem", {}, h("p", {}, job.error.detail ?? JSON.stringify(job.error))) : null,
    job.version !== null && job.kind === "training"
      ? h("p", {}, h("a.button", { href: link(["try", job.model], { version: job.version }) }, "Try this model")) : null,
  ];
}

