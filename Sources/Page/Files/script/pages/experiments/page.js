/**
 * Experiments: the list, or one with its leaderboard.
 * @module
 */
import { json, knowsRoute, path, send } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { count, exact, metric as metricText } from "../../core/format.js";
import { go, link, set } from "../../core/router.js";
import { actionButton } from "../../parts/controls.js";
import { confirm } from "../../parts/dialog.js";
import { Region } from "../../parts/region.js";
import { facts, table } from "../../parts/table.js";

/** @param {import("../../core/router.js").Address} address */
export function title({ path: [, name] }) {
  return name ? `Experiment ${name}` : "Experiments";
}

/**
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function open(root, address, shell) {
  const name = address.path[1];
  return name ? openOne(root, name, address, shell) : openAll(root, address, shell);
}

function openAll(root, { query }, { head }) {
  const place = h("div", {});
  let close = null;
  const fresh = () => actionButton("New experiment", openForm, { isMain: true });
  head.append(h("div.actions", {}, fresh()));
  root.append(place);
  const region = new Region("Experiments", { headless: true, height: "10rem" });
  root.append(region.element);
  region.load(async (signal) => (
    await knowsRoute("/experiments") ? json("experiments", { signal }) : { experiments: [] }
  ), ({ experiments }) => {
    if (!experiments.length) {
      region.empty("No experiments yet. One tries many options of the same training and ranks what came of each.", fresh());
      return null;
    }
    return table("Experiments", [
      { title: "Name", cell: (one) => h("a", { href: link(["experiments", one.name]) }, h("bdi", {}, one.name)) },
      { title: "State", cell: (one) => h("span.state", { "data-state": one.state }, one.state) },
      { title: "Search", cell: (one) => one.search ?? "" }, { title: "Metric", cell: (one) => one.metric ?? "" },
      { title: "Trials", number: true, cell: (one) => (one.trials === undefined ? "–" : `${count(one.finished)} of ${count(one.trials)}`) },
    ], experiments);
  });
  if (query.get("new")) openForm();

  async function openForm() {
    const { NewExperiment } = await import("./new.js");
    close?.();
    const form = new NewExperiment(() => { close?.(); close = null; place.replaceChildren(); set({ new: null }); });
    close = () => form.close();
    set({ new: 1 });
    place.replaceChildren(form.element);
  }

  return () => {
    close?.();
    region.close();
  };
}

function openOne(root, name, { query }, { head }) {
  const region = new Region("Experiment", { headless: true, height: "20rem" });
  root.append(region.element);
  const actions = h("div.actions", {});
  head.append(actions);
  let timer = 0;
  let drawn = null;
  const closers = [];
  const load = () => region.load((signal) => json(path("experiments", name), { signal }), (experiment) => {
    const runs = ["running", "queued", "waiting"].includes(experiment.state);
    if (runs) timer = setTimeout(load, 3000);
    actions.replaceChildren(runs ? actionButton("Cancel", async () => { await send(path("experiments", name, "cancel"), { method: "POST" }); load(); })
      : actionButton("Delete", async () => {
        if (!await confirm(`Delete ${name}?`, "Its trials go; versions that they made stay.", "Delete the experiment")) return;
        await send(path("experiments", name), { method: "DELETE" });
        go(["experiments"]);
      }));
    const text = JSON.stringify(experiment);
    if (text === drawn) return null;
    drawn = text;
    return content(experiment, query, closers);
  });
  load();
  return () => {
    clearTimeout(timer);
    for (const close of closers) close();
    region.close();
  };
}

function content(experiment, query, closers) {
  const names = [...new Set(experiment.leaderboard.flatMap((trial) => Object.keys(trial.values)))];
  const place = h("div", {});
  if (experiment.leaderboard.some((trial) => typeof trial.mean === "number")) {
    import("./plots.js").then(({ plots }) => place.append(plots(experiment, names, query, closers)));
  }
  return [
    facts([["State", h("span.state", { "data-state": experiment.state }, experiment.state)], ["Search", experiment.search],
      ["Metric", `${experiment.metric}, ${experiment.mode}`], ["Trials", `${count(experiment.finished)} of ${count(experiment.trials)}`],
      ["Epochs trained", count(experiment.epochs_trained)], ["Seed", experiment.seed]]),
    place,
    table("Leaderboard", [
      { title: "Trial", number: true, cell: (trial) => trial.trial }, { title: "State", cell: (trial) => h("span.state", { "data-state": trial.state }, trial.state) },
      { title: "Mean", number: true, cell: (trial) => h("span", { title: exact(trial.mean) }, metricText(trial.mean ?? undefined)) },
      { title: "Deviation", number: true, cell: (trial) => metricText(trial.deviation ?? undefined) },
      ...names.map((one) => ({ title: h("bdi", { title: one }, one.split("/").pop()), number: true, cell: (trial) => word(trial.values[one]) })),
      { title: "Epochs", number: true, cell: (trial) => count(trial.epochs) },
      { title: "Jobs", cell: (trial) => (trial.jobs.length ? h("a", { href: link(["jobs", trial.jobs.join(",")]) }, trial.jobs.join(", ")) : "–") },
    ], experiment.leaderboard),
  ];
}

function word(value) {
  if (typeof value === "number") return h("span", { title: String(value) }, metricText(value));
  return value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
}
