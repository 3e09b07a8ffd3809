/**
 * An experiment's trials as parallel coordinates, and its metric against each parameter.
 * @module
 */
import { ParallelPlot } from "../../charts/parallel.js";
import { h } from "../../core/dom.js";
import { metric as metricText } from "../../core/format.js";
import { go, set } from "../../core/router.js";
import { labelled } from "../../parts/controls.js";

/**
 * @param {Object} experiment
 * @param {string[]} names Of the parameters, as pointers.
 * @param {URLSearchParams} query
 * @param {(function(): void)[]} closers
 * @returns {HTMLElement}
 */
export function plots(experiment, names, query, closers) {
  const trials = experiment.leaderboard.filter((trial) => typeof trial.mean === "number");
  const axes = [...names.map((name) => ({ name: name.split("/").pop(), values: trials.map((trial) => trial.values[name]) })),
    { name: experiment.metric, values: trials.map((trial) => trial.mean) }];
  const isBest = experiment.mode === "max" ? (a, b) => b - a : (a, b) => a - b;
  const order = trials.map((_, index) => index).sort((a, b) => isBest(trials[a].mean, trials[b].mean));
  const told = h("p.note.number", { role: "status" }, "\u00a0");
  const plot = new ParallelPlot(axes, order, (kept) => {
    told.textContent = kept.length === trials.length ? `${trials.length} trials` : `${kept.length} of ${trials.length} trials: ${kept.slice(0, 12).map((index) => trials[index].trial).join(", ")}`;
  });
  closers.push(() => plot.close());
  const axis = h("select", { id: "axis" }, axes.map((one, index) => h("option", { value: index }, one.name)));
  const [from, to] = ["from", "to"].map((key) => h("input.short", { type: "text", inputmode: "decimal", id: `axis-${key}`, value: query.get(key) ?? "" }));
  const narrow = () => {
    const range = [from, to].map((field) => (field.value.trim() === "" ? null : Number(field.value)));
    set({ axis: axis.value, from: from.value, to: to.value });
    plot.narrow(Number(axis.value), range);
  };
  for (const field of [axis, from, to]) field.addEventListener("change", narrow);
  if (query.has("axis")) {
    axis.value = query.get("axis");
    narrow();
  }
  const best = trials[order[0]];
  plot.describe(`${trials.length} trials; best ${experiment.metric} ${metricText(best.mean)} of trial ${best.trial}`);
  return h("div", {}, plot.element, h("div.row.fields", {}, labelled("Axis", axis), labelled("From", from), labelled("to", to),
    h("button.small", { type: "button", on: { click: () => { from.value = to.value = ""; narrow(); } } }, "All"),
    h("button.small", { type: "button", on: { click: () => go(["jobs", best.jobs.join(",")]) } }, "Best trial")), told);
}
