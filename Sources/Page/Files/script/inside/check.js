/**
 * Check: the derivatives of the loss against differences, tensor by tensor, and by three ways along one direction.
 * @module
 */
import { Cursor } from "../charts/cursor.js";
import { LineChart } from "../charts/line.js";
import { lookOf } from "../charts/palette.js";
import { withTwin } from "../charts/twin.js";
import { h, replace, setText } from "../core/dom.js";
import { exact, metric } from "../core/format.js";
import { labelled } from "../parts/controls.js";
import { table } from "../parts/table.js";
import { Formula, number } from "./formula.js";
import { costText, LiveRegion } from "./live.js";

const losses = ["", "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy", "mse", "mae", "huber"];

/** @param {import("./context.js").Context} context */
export function check(context) {
  const choose = (settings) => { context.set(settings); update(); };
  const field = (id, standard) => h("input.short", {
    id, type: "text", inputmode: "decimal", value: context.query.get(id) ?? standard,
    on: { change: () => choose({ [id]: fields[id].value === standard ? null : fields[id].value }) },
  });
  const fields = { step: field("step", "0.01"), samples: field("samples", "8"), seed: field("seed", "0") };
  const loss = h("select", { id: "loss", on: { change: () => choose({ loss: loss.value }) } }, losses.map((name) => (
    h("option", { value: name, selected: name === context.query.get("loss") }, name || "that of its training"))));
  const target = h("input", {
    id: "target", type: "text", placeholder: "that of the row", value: context.query.get("target") ?? "", autocomplete: "off",
    on: { change: () => choose({ target: target.value }) },
  });
  const verdict = h("p.answer-class", { role: "status" });
  const sentence = h("p", {});
  const ways = h("div", {});
  const tensors = h("div", {});
  const elements = h("div", {});
  let range = null;
  let answer = null;
  const chart = new LineChart({
    cursor: new Cursor(), subject: "error of the difference", height: 220, isWhole: false,
    zoom: (chosen) => { range = chosen; chart.canvas.redraw(); }, view: () => ({ xLog: true, yLog: true, range }),
  });
  const curve = withTwin("Error of the difference over its step, both logarithmic", chart.element, () => table("Error over step", [
    { title: "Step", number: true, cell: (one) => metric(one.step) }, { title: "Error", number: true, cell: (one) => metric(one.error) },
  ], answer.curve), h("p.note", {}, "It falls with the square of the step, until rounding to 7 digits makes it rise again."));
  const formula = new Formula("check", "the check");
  const note = h("p.note.number", {});
  const live = new LiveRegion("Check", h("div", {}, h("div.row.fields", {}, labelled("Loss", loss), labelled("Target", target), labelled("Step", fields.step),
    labelled("Elements a tensor", fields.samples), labelled("Seed", fields.seed)), verdict, sentence, ways, tensors, elements, curve, formula.element, note));

  function update() {
    if (!context.sample()) return live.empty(context.noSample);
    const body = { step: Number(fields.step.value), samples: Number(fields.samples.value), seed: Number(fields.seed.value), ...(loss.value ? { loss: loss.value } : {}) };
    if (target.value.trim()) body.target = parsed(target.value);
    else if (context.sample().target !== undefined) body.target = context.sample().target;
    else if (!context.row()) return live.empty("What is typed or drawn has no target. Choose a row of the data, or say what the answer should be.", targetField());
    live.load((signal) => context.ask("check", body, signal), draw);
  }

  /** The same field, for where there is no table of fields to hold it. */
  function targetField() {
    const other = h("input", { id: "wanted", type: "text", autocomplete: "off" });
    const use = (event) => {
      event.preventDefault();
      target.value = other.value;
      choose({ target: other.value });
    };
    return h("form.row", { on: { submit: use } },
      h("label", { for: "wanted" }, "Target", other), h("button", { type: "submit" }, "Check"));
  }

  function draw(found) {
    answer = found;
    setText(verdict, answer.agrees ? "They agree" : "They do not agree");
    setText(sentence, answer.agrees ? "Derivatives by the backward pass and by differences are the same to 0.05 in every tensor."
      : "One element may differ where a relu or a maximum has its kink within the step, or where the loss is a large number, of which "
        + "7 digits are known. A larger or smaller step tells which.");
    const { forward, reverse, numerical } = answer.direction;
    replace(ways, table("Along one random direction of all weights", [
      { title: "Way", cell: ([name]) => name }, { title: "Derivative of the loss", number: true, cell: ([, value]) => exact(value) },
    ], [["forward mode", forward], ["backward mode", reverse], ["differences", numerical]]));
    replace(tensors, table("Tensors", [
      { title: "Tensor", cell: (one) => h("bdi", {}, one.name) }, { title: "Checked", number: true, cell: (one) => one.checked },
      { title: "Error", number: true, cell: (one) => h("span", { title: exact(one.error) }, metric(one.error)) }, { title: "", cell: (one) => (one.agrees ? "agrees" : h("strong", {}, "differs")) },
    ], answer.tensors));
    const all = answer.tensors.flatMap((tensor) => tensor.elements.map((element) => ({ ...element, name: tensor.name }))).slice(0, 200);
    replace(elements, h("details", {}, h("summary", {}, `Every element (${all.length})`), h("div.tall", {}, table("Elements", [
      { title: "Element", cell: (one) => h("bdi.number", {}, `${one.name}[${one.index.join(", ")}]`) }, { title: "Backward", number: true, cell: (one) => exact(one.analytic) },
      { title: "Differences", number: true, cell: (one) => exact(one.numerical) },
    ], all))));
    const points = [...answer.curve].sort((a, b) => a.step - b.step);
    chart.show([{ name: "error", look: lookOf(1), x: points.map(({ step }) => step), y: points.map(({ error }) => error) }]);
    const best = points.reduce((least, one) => (one.error < least.error ? one : least));
    chart.canvas.describe(`Error of the difference over its step: least ${metric(best.error)} at a step of ${metric(best.step)}`);
    const first = all[0];
    const most = Math.max(Math.abs(reverse), Math.abs(numerical));
    formula.show([
      `numerical = (loss(w + step) − loss(w − step)) / (2·step), loss = ${lossName(answer.loss.name)} = ${metric(answer.loss.value)}`,
      ...(first ? [`${first.name}[${first.index.join(", ")}]: backward ${exact(first.analytic)}, differences ${exact(first.numerical)}`] : []),
      `error = ‖a − n‖ / max(‖a‖, ‖n‖); along the direction |${number(reverse)} − ${number(numerical)}| / ${metric(most)} = ${metric(Math.abs(reverse - numerical) / (most || 1))}`,
    ]);
    setText(note, costText(answer.cost));
  }

  return { element: live.element, update, close: () => { chart.close(); live.close(); } };
}

/** The name of a loss; of several outputs each with its own. */
function lossName(name) {
  return typeof name === "string" ? name : Object.entries(name).map(([output, one]) => `${one} of ${output}`).join(" + ");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
