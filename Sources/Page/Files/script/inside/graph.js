/**
 * The model as a graph, walked forwards through its values and backwards through its derivatives.
 * @module
 */
import { OperationGraph } from "../charts/graph.js";
import { h, replace, setText } from "../core/dom.js";
import { count, metric, shape as shapeText } from "../core/format.js";
import { labelled } from "../parts/controls.js";
import { facts } from "../parts/table.js";
import { Formula } from "./formula.js";
import { recurrentOf } from "./layers.js";
import { costText, LiveRegion } from "./live.js";
import { NumberChoice, numberText } from "./number.js";
import { rulesOf } from "./rules.js";
import { Steps } from "./steps.js";

/** @param {import("./context.js").Context} context */
export function graph(context) {
  const choice = new NumberChoice(context, update);
  const level = h("select", { id: "level", on: { change: () => { context.set({ level: level.value }); update(); } } },
    [["layers", "layers"], ["operations", "operations"]].map(([value, text]) => h("option", { value, selected: value === context.query.get("level") }, text)));
  const recurrent = recurrentOf(context.layers).filter(({ type }) => type !== "Bidirectional");
  const expand = h("select", { id: "expand", on: { change: () => { context.set({ expand: expand.value }); update(); } } }, h("option", { value: "" }, "nothing"),
    recurrent.map(({ name }) => h("option", { value: name, selected: name === context.query.get("expand") }, name)));
  const expandField = labelled("Written out step by step", expand);
  const boxes = new OperationGraph("Graph", (ids) => tell(ids));
  const steps = new Steps((mark) => boxes.mark(mark), (id) => boxes.select(id));
  const detail = h("div.node-detail", { role: "status" });
  const formula = new Formula("graph", "the graph");
  const note = h("p.note.number", {});
  const live = new LiveRegion("Graph", h("div", {}, h("div.row.fields", {}, labelled("Of", level), expandField), choice.element, steps.element,
    h("div.columns", {}, boxes.element, h("div", {}, detail, formula.element)), note));
  let answer = null;
  let chosen = -1;

  function update() {
    const isOperations = level.value === "operations";
    expandField.hidden = !isOperations || !recurrent.length;
    const body = { level: level.value, ...(isOperations && expand.value ? { expand: [expand.value] } : {}) };
    const hasSample = Boolean(context.sample());
    live.load((signal) => context.ask("graph", hasSample ? { ...body, of: choice.of } : body, signal, { isSampled: hasSample }), draw);
  }

  function draw(found) {
    answer = found;
    boxes.show(answer.nodes.map((node) => ({
      id: node.id, operands: node.operands, kind: node.operation, title: node.operation,
      edge: shapeText(node.shape), lines: [node.layer ?? "", node.value ? `value ${brief(node.value)}` : `${count(node.parameters)} weights`, node.derivative ? `∂ ${brief(node.derivative)}` : ""],
    })));
    steps.show(answer.nodes.map((node) => node.id), Boolean(answer.of));
    const last = answer.nodes.at(-1)?.id;
    boxes.select(answer.nodes.some(({ id }) => id === chosen) ? chosen : last);
    setText(note, `${count(answer.nodes.length)} nodes; ${costText(answer.cost)}`);
  }

  function tell(ids) {
    chosen = ids[0];
    const node = answer.nodes.find(({ id }) => id === chosen);
    const rule = rulesOf(node.operation);
    const operands = node.operands.map((id) => nameOf(answer.nodes[id])).join(", ");
    replace(detail, h("h3", {}, ids.length > 1 ? `${ids.length} nodes like ${node.operation}` : node.operation, " ", h("bdi.quiet", {}, node.layer ?? "")), facts([
      ["Shape", shapeText(node.shape)], ["Weights", count(node.parameters)], ["Operations", count(node.operations)],
      ["Operands", operands || "none"],
      ["Value", node.value ? many(node.value) : null], ["Derivative", node.derivative ? many(node.derivative) : null],
    ]));
    const isOperation = answer.level === "operations";
    formula.show([
      ...(isOperation ? [`forward: ${rule.forward}`, `backward: ${rule.reverse}`] : [`${nameOf(node)} = ${node.operation}(${operands})`]),
      ...(answer.of && node.derivative ? [`∂(${numberText(answer.of, context.classWord)})/∂(${nameOf(node)}) = ${many(node.derivative)}`] : []),
    ]);
  }

  return { element: live.element, update, close: () => live.close() };
}

const nameOf = (node) => node?.layer ?? node?.operation ?? "";

function brief({ shape, values, minimum, maximum, mean }) {
  const flat = [values].flat(Infinity);
  if (values !== undefined && flat.length === 1) return metric(flat[0]);
  return shape.length ? `${metric(minimum)} … ${metric(maximum)}` : metric(mean);
}

function many(array) {
  const flat = array.values === undefined ? [] : [array.values].flat(Infinity);
  if (flat.length && flat.length <= 16) return flat.map(metric).join(", ");
  return `${metric(array.minimum)} to ${metric(array.maximum)}, mean ${metric(array.mean)}`;
}
