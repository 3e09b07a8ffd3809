/**
 * What if one element of the input changed: all outputs by one forward pass; beside it one output's change by all elements, by one
 * backward pass.
 * @module
 */
import { indexOf } from "../charts/arrays.js";
import { signedBars } from "../charts/signed.js";
import { h, replace, setText } from "../core/dom.js";
import { metric } from "../core/format.js";
import { labelled } from "../parts/controls.js";
import { Attribution } from "./attribution.js";
import { digits, Formula } from "./formula.js";
import { costText, LiveRegion } from "./live.js";
import { NumberChoice, numberText } from "./number.js";
import { inputNumbers, variablesOf } from "./variables.js";

/** Of so many outputs each has a bar. */
const mostBars = 20;

/** @param {import("./context.js").Context} context */
export function sensitivities(context) {
  const choice = new NumberChoice(context, update);
  const variable = h("select", { id: "by", on: { change: () => { context.set({ by: variable.value, element: null }); element = null; update(); } } });
  const variableField = labelled("Input", variable);
  const picture = new Attribution("One output by all elements", "Choose an element: click, or move by arrow keys and press Enter.", (index) => {
    element = index;
    context.set({ element: index.join(",") });
    update();
  });
  const outputs = h("section.attribution", { "aria-label": "All outputs by one element" }, h("h3", {}, "All outputs by one element"));
  const barsPlace = h("div", {});
  const spoken = h("p.number", { role: "status" });
  const costs = h("dl.facts.costs", {});
  const formula = new Formula("sensitivities", "what if");
  outputs.append(spoken, barsPlace);
  const live = new LiveRegion("What if", h("div", {}, choice.element, variableField, h("div.side-by-side", {}, picture.element, outputs), costs, formula.element));
  let element = context.query.get("element")?.split(",").map(Number) ?? null;

  function update() {
    if (!context.sample()) return live.empty(context.noSample);
    live.load(async (signal) => {
      const names = await variablesOf(context, signal);
      if (variable.options.length !== names.length) replace(variable, names.map((name) => h("option", { value: name, selected: name === context.query.get("by") }, name)));
      variableField.hidden = names.length < 2;
      const at = variable.value || names[0];
      const reverse = await context.ask("gradients", { of: choice.of, by: at }, signal);
      const [array] = reverse.gradients;
      const fits = element?.length === array.shape.length && element.every((one, axis) => one >= 0 && one < array.shape[axis]);
      if (!fits) element = strongestIndex(array);
      const [forward, numbers] = await Promise.all([
        context.ask("sensitivities", { at, element }, signal), inputNumbers(context, array.by, signal),
      ]);
      return { reverse, forward, array, numbers };
    }, draw);
  }

  function draw({ reverse, forward, array, numbers }) {
    picture.show(array, { under: numbers, chosen: element });
    const place = element.reduce((sum, one, axis) => sum * array.shape[axis] + one, 0);
    const name = `x[${element.join(", ")}]`;
    const own = forward.outputs.find(({ output }) => output === reverse.of.output) ?? forward.outputs[0];
    const flat = (values) => [values].flat(Infinity);
    const isLogit = reverse.of.value === "logit" && own.logit_sensitivity !== undefined;
    const changes = flat(isLogit ? own.logit_sensitivity : own.sensitivity);
    const values = flat(isLogit ? own.logit : own.value);
    const many = changes.map((value, index) => ({ value, index })).sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, mostBars).sort((a, b) => a.index - b.index);
    setText(spoken, `If ${name} grew by a little d, each ${isLogit ? "logit" : "output"} would change by d times:`);
    replace(barsPlace, signedBars("Changes of the outputs", many.map(({ value, index }) => ({
      label: changes.length > 1 ? context.classWord(index, own.output) : own.output, value, text: metric(value), isBest: index === reverse.of.index,
    }))), changes.length > mostBars ? h("p.note", {}, `The ${mostBars} greatest of ${changes.length}.`) : null);
    replace(costs, [["Forward", forward.cost], ["Backward", reverse.cost]].map(([way, cost]) => h("div", {}, h("dt", {}, way), h("dd.number", {}, costText(cost)))));
    const index = typeof reverse.of.index === "number" ? reverse.of.index : 0;
    formula.show([
      "ẏ = J·ẋ: one forward pass gives a column of J, all outputs by one element; x̄ = Jᵀ·ȳ: one backward pass gives a row, one output by all elements",
      `∂(${numberText(reverse.of, context.classWord)})/∂${name}: forward ${digits(changes[index])}, backward ${digits(array.values[place])}`,
      `so for ${name} + 0.1: ${metric(values[index])} + 0.1·(${metric(changes[index])}) ≈ ${metric(values[index] + 0.1 * changes[index])}`,
    ]);
  }

  return { element: live.element, update, close: () => live.close() };
}

function strongestIndex({ shape, values }) {
  let place = 0;
  for (let at = 1; at < values.length; at += 1) if (Math.abs(values[at]) > Math.abs(values[place])) place = at;
  return indexOf(place, shape);
}
