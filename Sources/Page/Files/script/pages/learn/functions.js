/**
 * Functions that are typed: their graph with values, tangents and adjoints, and four ways to their derivatives.
 * @module
 */
import { OperationGraph } from "../../charts/graph.js";
import { json } from "../../core/api.js";
import { h, replace, setText } from "../../core/dom.js";
import { exact, metric } from "../../core/format.js";
import { link, set } from "../../core/router.js";
import { settled } from "../../core/signal.js";
import { LiveRegion } from "../../inside/live.js";
import { rulesOf } from "../../inside/rules.js";
import { Steps } from "../../inside/steps.js";
import { labelled } from "../../parts/controls.js";
import { facts, table } from "../../parts/table.js";
import { functionsOf, numbersIn, variablesOf } from "./words.js";

const first = { functions: "y1 = x1*exp(x2)\ny2 = tanh(x2*x3)", at: "x1=0.5,x2=-0.3,x3=1.2" };
const ways = ["forward", "reverse", "numerical", "symbolic"];
const wayWords = { forward: "forward mode", reverse: "reverse mode", numerical: "differences", symbolic: "rules for symbols" };

/**
 * @param {URLSearchParams} query
 * @returns {{element: HTMLElement, close: function(): void}}
 */
export function functionsPlace(query) {
  const text = h("textarea.code", {
    id: "functions", rows: 4, spellcheck: "false", autocapitalize: "off", value: query.get("functions") ?? first.functions,
    "aria-describedby": "functions-fault functions-help", on: { input: () => { fields(); later(); } },
  });
  const at = { ...numbersIn(first.at), ...numbersIn(query.get("at")) };
  const fault = h("p.fault", { id: "functions-fault", role: "alert" });
  const variables = h("div.row.fields", { role: "group", "aria-label": "Where" });
  const step = h("input.short", { id: "difference-step", type: "text", inputmode: "decimal", value: query.get("step") ?? "0.001", on: { input: () => later() } });
  const tangent = h("select", { id: "tangent", on: { change: () => { set({ by: tangent.value }); draw(answer); } } });
  const adjoint = h("select", { id: "adjoint", on: { change: () => { set({ of: adjoint.value }); draw(answer); } } });
  const boxes = new OperationGraph("Graph of the functions", (ids) => tell(ids[0]));
  const steps = new Steps((mark) => boxes.mark(mark), (id) => boxes.select(id));
  const detail = h("div.node-detail", { role: "status" });
  const [four, passes, symbols] = [h("div", {}), h("div", {}), h("div", {})];
  const live = new LiveRegion("Functions", h("div", {},
    h("div.row.fields", {}, labelled("Tangents by", tangent), labelled("Adjoints of", adjoint)), steps.element,
    h("div.columns", {}, boxes.element, detail), h("h3", {}, "Four ways to one derivative"), four, passes, h("h3", {}, "As formulas"), symbols), { headless: true });
  const later = settled(150, ask);
  let answer = null;
  let chosen = null;

  function fields() {
    const names = variablesOf(Object.values(functionsOf(text.value)));
    const known = [...variables.querySelectorAll("input")].map((field) => field.dataset.name);
    if (names.join() === known.join()) return;
    replace(variables, names.slice(0, 16).map((name) => {
      const field = h("input.short", {
        id: `at-${name}`, type: "text", inputmode: "decimal", value: String(at[name] ?? 1), "data-name": name,
        on: { input: () => { at[name] = Number(field.value); later(); } },
      });
      at[name] ??= 1;
      return h("label", { for: `at-${name}` }, h("bdi", {}, name), field);
    }));
  }

  function ask() {
    const functions = functionsOf(text.value);
    const names = variablesOf(Object.values(functions));
    const where = Object.fromEntries(names.map((name) => [name, at[name] ?? 1]));
    const isFirst = text.value === first.functions;
    const numbers = names.map((name) => `${name}=${where[name]}`).join(",");
    set({ functions: isFirst ? null : text.value, at: isFirst && numbers === first.at ? null : numbers, step: step.value === "0.001" ? null : step.value });
    if (!names.length) {
      setText(fault, "");
      return live.empty("Type a function of at least one variable, such as x*exp(x).");
    }
    live.load(async (signal) => {
      try {
        const found = await json("differentiate", { method: "POST", body: { functions, at: where, step: Number(step.value) }, signal });
        showFault(null);
        return found;
      } catch (error) {
        if (error.status !== 422 || !answer) throw error;
        showFault(error);
        return answer;
      }
    }, draw);
  }

  /** A fault stands at what was typed; the last answer stays. */
  function showFault(error) {
    const details = error?.errors.map(({ pointer, detail }) => `${pointer.replace(/^\/(functions|at)\//, "")}: ${detail}`).join("; ");
    setText(fault, details || (error?.message ?? ""));
    if (error) text.setAttribute("aria-invalid", "true");
    else text.removeAttribute("aria-invalid");
  }

  function draw(found) {
    answer = found;
    const outputs = Object.keys(answer.values);
    const inputs = [...new Set(Object.values(answer.jacobian.reverse).flatMap((row) => Object.keys(row)))];
    offer(tangent, inputs, query.get("by"));
    offer(adjoint, outputs, query.get("of"));
    boxes.show(answer.nodes.map((node) => ({
      id: node.id, operands: node.operands, kind: node.operation, title: titleOf(node),
      lines: [`value ${metric(node.value)}`, `tangent ${metric(node.tangents[tangent.value])}`, `adjoint ${metric(node.adjoints[adjoint.value])}`],
    })));
    steps.show(answer.nodes.map(({ id }) => id), true);
    boxes.select(answer.nodes.some(({ id }) => id === chosen) ? chosen : answer.nodes.at(-1).id);
    const pairs = outputs.flatMap((output) => inputs.map((input) => ({ output, input })));
    replace(four, table("Four ways", [
      { title: "Derivative", cell: ({ output, input }) => h("bdi", {}, `∂${output}/∂${input}`) },
      ...ways.map((way) => ({ title: wayWords[way], number: true, cell: ({ output, input }) => {
        const value = answer.jacobian[way][output]?.[input];
        return h("span", { title: exact(value) }, metric(value));
      } })),
    ], pairs));
    replace(passes, table("Errors and passes", [
      { title: "Way", cell: (way) => wayWords[way] }, { title: "Greatest error", number: true, cell: (way) => metric(answer.error[way]) },
      { title: "Passes", number: true, cell: (way) => answer.passes[way] },
      { title: "", cell: (way) => ({ forward: `one for each of ${inputs.length} inputs`, reverse: `one for each of ${outputs.length} functions`, numerical: `two for each of ${inputs.length} inputs`, symbolic: "none, but the formulas grow" })[way] },
    ], ways));
    replace(symbols, table("Formulas", [
      { title: "Derivative", cell: ({ output, input }) => h("bdi", {}, `∂${output}/∂${input}`) },
      { title: "Formula", cell: ({ output, input }) => h("code", {}, answer.derivatives?.[output]?.[input] ?? "too long to be written out") },
    ], pairs));
  }

  function tell(id) {
    chosen = id;
    const node = answer.nodes.find((one) => one.id === id);
    const rule = rulesOf(node.operation);
    const operands = node.operands.map((one) => answer.nodes[one]);
    const [by, of] = [tangent.value, adjoint.value];
    const changes = operands.map((one, index) => `${["ȧ", "ḃ"][index] ?? "ċ"} = ${metric(one.tangents[by])}`).join(", ");
    replace(detail, h("h3", {}, node.name ? `${node.operation} ${node.name}` : node.operation), facts([
      ["Value", metric(node.value)], [`Tangent by ${by}`, metric(node.tangents[by])], [`Adjoint of ${of}`, metric(node.adjoints[of])],
      ["Operands", operands.map((one) => `${one.name ?? one.operation} = ${metric(one.value)}`).join(", ") || "none"],
    ]), h("div.formula", {},
      h("div.row", {}, h("h4", {}, "Rules"), h("a.explain", { href: link(["docs", "autodiff"]), "aria-label": "Explain derivatives" }, "Explain")),
      h("div.formula-lines", {}, h("code", {}, `forward: ${rule.forward} = ${metric(node.tangents[by])}, with ${changes || "the start"}`),
        h("code", {}, `reverse: ${rule.reverse}, with ȳ = ${metric(node.adjoints[of])}`))));
  }

  fields();
  ask();
  const editor = h("section.region", { "aria-label": "What is differentiated" }, h("div.form", {},
    h("div.field", {}, h("label", { for: "functions" }, "Functions, one a line"), text,
      h("p.note", { id: "functions-help" }, "+ - * / ^, parentheses, exp log sin cos tanh sigmoid relu sqrt"), fault),
    variables, h("div.row.fields", {}, labelled("Step of differences", step))));
  return { element: h("div", {}, editor, live.element), close: () => live.close() };
}

function titleOf({ name, operation }) {
  const isNamed = name && operation !== "input" && operation !== "constant";
  return isNamed ? `${operation} = ${name}` : name ?? operation;
}

function offer(select, names, wanted) {
  if ([...select.options].map(({ value }) => value).join() === names.join()) return;
  const chosen = names.includes(select.value) ? select.value : wanted;
  replace(select, names.map((name) => h("option", { value: name, selected: name === chosen }, name)));
}
