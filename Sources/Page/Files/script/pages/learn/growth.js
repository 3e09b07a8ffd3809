/**
 * A formula put into itself: how its derivative grows as a formula, and how as a graph.
 * @module
 */
import { Cursor } from "../../charts/cursor.js";
import { LineChart } from "../../charts/line.js";
import { lookOf } from "../../charts/palette.js";
import { withTwin } from "../../charts/twin.js";
import { json } from "../../core/api.js";
import { h, setText } from "../../core/dom.js";
import { count, metric } from "../../core/format.js";
import { set } from "../../core/router.js";
import { settled } from "../../core/signal.js";
import { LiveRegion } from "../../inside/live.js";
import { labelled } from "../../parts/controls.js";
import { table } from "../../parts/table.js";
import { variablesOf } from "./words.js";

const kinds = [["function", "the function"], ["symbolic", "its derivative as a formula"], ["graph", "the graph of reverse mode"]];

/**
 * @param {URLSearchParams} query
 * @returns {{element: HTMLElement, close: function(): void}}
 */
export function growthPlace(query) {
  const formula = h("input", { id: "iterate", type: "text", spellcheck: "false", autocomplete: "off", value: query.get("iterate") ?? "4*x*(1-x)", on: { input: () => later() } });
  const where = h("input.short", { id: "iterate-at", type: "text", inputmode: "decimal", value: query.get("from") ?? "0.2", on: { input: () => later() } });
  const times = h("input", { id: "times", type: "range", min: "1", max: "12", value: query.get("times") ?? "6", on: { input: () => { setText(said, times.value); later(); } } });
  const said = h("output.number", { for: "times" }, times.value);
  const fault = h("p.fault", { role: "alert" });
  const sentence = h("p", { role: "status" });
  let answer = null;
  let range = null;
  const chart = new LineChart({
    cursor: new Cursor(), subject: "nodes", height: 240,
    zoom: (chosen) => { range = chosen; chart.canvas.redraw(); }, view: () => ({ xLog: false, yLog: true, range }),
  });
  const legend = h("ul.legend", {}, kinds.map(([, word], index) => h("li", {}, h("span.swatch", { style: { background: lookOf(index + 1).color } }), `${word} (${lookOf(index + 1).dashName})`)));
  const numbers = () => table("Growth", [
    { title: "Times", number: true, cell: (one) => one.times }, ...kinds.map(([key, word]) => ({ title: word, number: true, cell: (one) => count(one[key]) })),
  ], answer.growth);
  const live = new LiveRegion("Growth of the formulas", h("div", {}, sentence, withTwin("Nodes by how often it was put into itself", chart.element, numbers), legend));
  const later = settled(150, ask);

  function ask() {
    const [name] = variablesOf([formula.value]);
    set({ iterate: formula.value === "4*x*(1-x)" ? null : formula.value, from: where.value === "0.2" ? null : where.value, times: times.value === "6" ? null : times.value });
    if (!name) return live.empty("Type a formula of one variable.");
    live.load(async (signal) => {
      try {
        const found = await json("differentiate", { method: "POST", body: { iterate: { [name]: formula.value }, at: { [name]: Number(where.value) }, times: Number(times.value) }, signal });
        setText(fault, "");
        return found;
      } catch (error) {
        if (error.status !== 422 || !answer) throw error;
        setText(fault, error.message);
        return answer;
      }
    }, draw);
  }

  function draw(found) {
    answer = found;
    const last = answer.growth.at(-1);
    const [name] = Object.keys(answer.values);
    setText(sentence, `Put into itself ${last.times} times, ${name} is ${metric(answer.values[name])}. Written out, the function has `
      + `${count(last.function)} operators and operands and its derivative ${count(last.symbolic)}; the graph that reverse mode evaluates has `
      + `${count(last.graph)} nodes.`);
    chart.show(kinds.map(([key, word], index) => ({
      name: word, look: lookOf(index + 1), x: answer.growth.map((one) => one.times), y: answer.growth.map((one) => one[key]),
    })));
  }

  ask();
  const editor = h("section.region", { "aria-label": "What is put into itself" }, h("div.row.fields", {}, labelled("Formula", formula), labelled("Where", where), labelled("Times", times, said)), fault);
  return { element: h("div", {}, h("h2", {}, "Put into itself"), editor, live.element), close: () => { chart.close(); live.close(); } };
}
