/**
 * Why: what of the input speaks for a class and what against it, by four methods side by side.
 * @module
 */
import { indexOf } from "../charts/arrays.js";
import { h, setText } from "../core/dom.js";
import { exact, metric } from "../core/format.js";
import { Attribution } from "./attribution.js";
import { Formula, number } from "./formula.js";
import { convolutionsOf } from "./layers.js";
import { costText, LiveRegion } from "./live.js";
import { NumberChoice, numberText } from "./number.js";
import { tokensOf } from "./tokens.js";
import { inputNumbers, variablesOf } from "./variables.js";

/** @param {import("./context.js").Context} context */
export function gradients(context) {
  const choice = new NumberChoice(context, update);
  const hasMaps = convolutionsOf(context.layers).some(({ shape }) => shape?.length === 3) && Array.isArray(context.model.input_shape);
  const isSingle = Array.isArray(context.model.input_shape);
  const input = new Attribution("Input", "What the model gets.");
  input.isPlain = true;
  const saliency = new Attribution("Saliency", "The derivative: how much the number changes with each element.");
  const added = isSingle ? new Attribution("Integrated gradients", "What each element adds, on a way from an input of zeros to this one. Orange speaks for it, blue against.")
    : new Attribution("Derivative times input", "What each element adds, were all of it a straight line. Orange speaks for it, blue against.");
  const cam = hasMaps ? new Attribution("Grad-CAM", "Where the last convolution sees what speaks for it; zero where its channels speak against.") : null;
  const of = h("p.number", { role: "status" });
  const completeness = h("p.number", {});
  const formula = new Formula("gradients", "why");
  const note = h("p.note.number", {});
  const live = new LiveRegion("Why", h("div", {}, choice.element, of,
    h("div.side-by-side", {}, input.element, saliency.element, added.element, cam?.element), completeness, formula.element, note));

  function update() {
    if (!context.sample()) return live.empty(context.noSample);
    live.load(async (signal) => {
      const by = await variablesOf(context, signal);
      const asked = { of: choice.of };
      const gradient = await context.ask("gradients", { ...asked, by }, signal);
      const more = await Promise.all([
        isSingle ? context.ask("gradients", { ...asked, by: by[0], method: "integrated_gradients" }, signal) : context.ask("gradients", { ...asked, by, method: "gradient_times_input" }, signal),
        cam ? context.ask("gradients", { ...asked, method: "grad_cam" }, signal) : null,
        isSingle ? inputNumbers(context, gradient.gradients[0].by, signal) : null,
      ]);
      return { gradient, times: more[0], cam: more[1], numbers: more[2] };
    }, draw);
  }

  function draw({ gradient, times, cam: map, numbers }) {
    const [first, own] = [gradient.gradients, times.gradients].map(joined);
    const tokens = first.shape.length === 2 ? tokensOf(context.layers, context.sample()?.instance, first.shape[0]) : null;
    const text = numberText(gradient.of, context.classWord);
    setText(of, `Differentiated is the ${text}, which is ${metric(gradient.of.number)}.`);
    input.element.hidden = !numbers || Boolean(tokens);
    if (numbers && !tokens) input.show({ by: "input", ...numbers });
    saliency.show(first, { under: numbers, tokens });
    added.show(own, { under: numbers, tokens });
    if (map) cam.show({ by: "input", shape: [...map.map_on_input.shape, 1], values: map.map_on_input.values }, { under: numbers });
    const lines = [`∂(${text})/∂x, by one backward pass; then ${isSingle ? "(x − b) · mean over k = 1…n of ∂/∂x at b + (k − ½)/n · (x − b)" : "x · ∂/∂x"}`];
    const largest = strongest(own);
    if (isSingle) {
      const { sum, difference, error } = times.completeness;
      const share = difference ? Math.abs(error / difference) * 100 : 0;
      setText(completeness, `Completeness: the parts add up to ${metric(sum)}, and the number differs by ${metric(difference)} from that at zeros: `
        + `an error of ${metric(error)}, ${metric(share)} %, with ${times.steps} steps.`);
      completeness.title = `${exact(sum)} against ${exact(difference)}`;
      if (numbers?.values.length === own.values.length && largest) {
        const x = numbers.values[largest.place];
        lines.push(`at [${largest.index.join(", ")}], the strongest: (${number(x)} − 0) · ${number(largest.value / (x || 1))} = ${metric(largest.value)}`);
      }
      lines.push(`Σ of all ${own.values.length} = ${metric(sum)} ≈ ${metric(gradient.of.number)} − ${number(gradient.of.number - difference)} = ${metric(difference)}`);
    }
    if (!isSingle && largest) {
      const slope = first.values[largest.place];
      lines.push(`${own.labels[largest.place]}, the strongest: ${number(slope ? largest.value / slope : 0)} · ${number(slope)} = ${metric(largest.value)}`);
    }
    if (map) {
      const weights = [...map.channel_weights.values];
      lines.push(`Grad-CAM of ${map.layer}: relu(Σ over channels of weight · A), the weights ${weights.slice(0, 6).map(metric).join(", ")}${weights.length > 6 ? `, … (${weights.length})` : ""}`);
    }
    formula.show(lines);
    setText(note, [gradient, times, map].filter(Boolean).map((one) => `${one.method.replaceAll("_", " ")}: ${costText(one.cost)}`).join("; "));
  }

  return { element: live.element, update, close: () => live.close() };
}

/** Several inputs' numbers in one row, each with its name. */
function joined(arrays) {
  if (arrays.length === 1) return arrays[0];
  const values = arrays.flatMap((array) => [...array.values]);
  const labels = arrays.flatMap(({ by, values: own }) => [...own].map((_, index) => (own.length > 1 ? `${by}[${index}]` : by)));
  return { by: "", shape: [values.length], values, labels };
}

/** The element that counts most. */
function strongest({ shape, values }) {
  let place = -1;
  for (let at = 0; at < values.length; at += 1) if (place < 0 || Math.abs(values[at]) > Math.abs(values[place])) place = at;
  if (place < 0) return null;
  return { place, index: indexOf(place, shape), value: values[place] };
}
