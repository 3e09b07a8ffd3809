/**
 * Attention: which place looks at which, as a matrix with its texts at the sides.
 * @module
 */
import { rangeOf } from "../charts/arrays.js";
import { bars } from "../charts/bars.js";
import { HeatMap } from "../charts/heat.js";
import { withTwin } from "../charts/twin.js";
import { h, replace, setText } from "../core/dom.js";
import { metric } from "../core/format.js";
import { labelled } from "../parts/controls.js";
import { table } from "../parts/table.js";
import { Formula } from "./formula.js";
import { attentionOf } from "./layers.js";
import { costText, LiveRegion } from "./live.js";
import { tokensOf } from "./tokens.js";

/** Of so many places the words stand at the sides. */
const mostWords = 48;

/** @param {import("./context.js").Context} context */
export function attention(context) {
  const layers = attentionOf(context.layers);
  const layer = h("select", { id: "layer", on: { change: () => { context.set({ layer: layer.value }); update(); } } },
    layers.map(({ name, type }) => h("option", { value: name, selected: name === context.query.get("layer") }, `${name} (${type})`)));
  const head = h("select", { id: "head", on: { change: () => { context.set({ head: head.value }); draw(answer); } } });
  const headField = labelled("Head", head);
  const heat = new HeatMap({ point: (at) => { if (at) say(at); } });
  const [rows, columns] = [h("div.matrix-rows", { "aria-hidden": "true" }), h("div.matrix-columns", { "aria-hidden": "true" })];
  const matrix = h("div.scroll", { role: "region", "aria-label": "Attention weights", tabindex: "0" }, h("div.sided", {}, h("div", {}), columns, rows, heat.element));
  const spoken = h("p.number", { role: "status" });
  const row = h("div", {});
  const formula = new Formula("attention", "attention");
  const note = h("p.note.number", {});
  const live = new LiveRegion("Attention", h("div", {}, h("div.row.fields", {}, labelled("Layer", layer), headField),
    h("p.note", {}, "A row is a place that asks, a column one that it may look at; the brighter, the more of it is taken. Hover over a row, or move by arrow keys."),
    withTwin("Weights", matrix, () => twin()), spoken, row, formula.element, note));
  let [answer, words, at] = [null, null, null];

  function update() {
    if (!layers.length) return live.empty("This model has no attention layer.");
    if (!context.sample()) return live.empty(context.noSample);
    live.load((signal) => context.ask("attention", { layer: layer.value }, signal), draw);
  }

  function part(array) {
    const [queries, keys] = array.shape.slice(-2);
    const size = queries * keys;
    return array.values.slice((Number(head.value) || 0) * size, (Number(head.value) || 0) * size + size);
  }

  function draw(found) {
    answer = found;
    const heads = answer.weights.shape.length === 3 ? answer.weights.shape[0] : 1;
    headField.hidden = heads === 1;
    if (head.options.length !== heads) {
      replace(head, Array.from({ length: heads }, (_, index) => h("option", { value: String(index), selected: String(index) === context.query.get("head") }, String(index))));
    }
    const [queries, keys] = answer.weights.shape.slice(-2);
    words = [queries, keys].map((steps) => tokensOf(context.layers, context.sample()?.instance, steps) ?? Array.from({ length: steps }, (_, index) => String(index)));
    const isFew = Math.max(queries, keys) <= mostWords;
    replace(rows, isFew ? words[0].map((word) => h("span", {}, word)) : null);
    replace(columns, isFew ? words[1].map((word) => h("span", {}, word)) : null);
    const weights = part(answer.weights);
    heat.show({ height: queries, width: keys, values: weights }, `Weights of ${queries} queries, down, for ${keys} keys, to the right`,
      { range: { ...rangeOf(weights), low: 0, isSigned: false } });
    setText(note, costText(answer.cost));
    if (!at || at[0] >= queries || at[1] >= keys) at = [0, 0];
    say(at);
  }

  function say(place) {
    at = place;
    const keys = answer.weights.shape.at(-1);
    const [weights, scores] = [part(answer.weights), part(answer.scores)].map((values) => [...values.slice(at[0] * keys, (at[0] + 1) * keys)]);
    heat.highlight({ row: at[0], column: 0, columns: keys });
    setText(spoken, `“${words[0][at[0]]}” (${at[0]}) takes ${metric(weights[at[1]] * 100)} % from “${words[1][at[1]]}” (${at[1]}).`);
    const best = weights.map((weight, key) => ({ weight, key })).sort((a, b) => b.weight - a.weight).slice(0, 8);
    replace(row, bars(`What “${words[0][at[0]]}” looks at`, best.map(({ weight, key }) => ({
      label: `${words[1][key]} (${key})`, value: weight, text: `${metric(weight * 100)} %`, isBest: key === at[1],
    })), 1));
    const sum = scores.reduce((all, score) => all + Math.exp(score - Math.max(...scores)), 0);
    formula.show([
      "weight[q, k] = exp(score[q, k]) / Σ exp(score[q, ·]), score[q, k] before masks",
      `weight[${at.join(", ")}] = exp(${metric(scores[at[1]])}) / ${metric(sum * Math.exp(Math.max(...scores)))} = ${metric(weights[at[1]])}`,
    ]);
  }

  function twin() {
    const keys = answer.weights.shape.at(-1);
    const values = part(answer.weights);
    return h("div.tall", {}, table("Attention weights", [
      { title: "Query", cell: (index) => `${words[0][index]} (${index})` },
      ...words[1].slice(0, 100).map((word, key) => ({ title: `${word} (${key})`, number: true, cell: (index) => metric(values[index * keys + key]) })),
    ], words[0].map((_, index) => index)));
  }

  return { element: live.element, update, close: () => live.close() };
}
