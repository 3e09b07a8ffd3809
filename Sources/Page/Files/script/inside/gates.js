/**
 * Gates: what a recurrent layer keeps, takes in and gives out, step by step, also while a text is typed.
 * @module
 */
import { turned } from "../charts/arrays.js";
import { Cursor } from "../charts/cursor.js";
import { HeatMap } from "../charts/heat.js";
import { lookOf } from "../charts/palette.js";
import { planeTable } from "../charts/planeTable.js";
import { withTwin } from "../charts/twin.js";
import { h, replace, setText } from "../core/dom.js";
import { metric } from "../core/format.js";
import { labelled } from "../parts/controls.js";
import { table } from "../parts/table.js";
import { Formula } from "./formula.js";
import { recurrentOf } from "./layers.js";
import { costText, LiveRegion } from "./live.js";
import { partsAt, wordsOf } from "./recurrence.js";
import { tokensOf } from "./tokens.js";

const meanings = {
  z: "update gate: how much of the old state stays", r: "reset gate: how much of the old state goes into the candidate",
  candidate: "what would be new", h: "the state", i: "input gate: how much of the candidate comes in",
  f: "forget gate: how much of the old cell stays", o: "output gate: how much of the cell is shown", c: "the cell",
};

/** @param {import("./context.js").Context} context */
export function gates(context) {
  const layers = recurrentOf(context.layers);
  const layer = h("select", { id: "layer", on: { change: () => { context.set({ layer: layer.value }); update(); } } },
    layers.map(({ name, type }) => h("option", { value: name, selected: name === context.query.get("layer") }, `${name} (${type})`)));
  const direction = h("select", { id: "direction", on: { change: () => { context.set({ direction: direction.value }); update(); } } },
    ["forward", "backward"].map((way) => h("option", { value: way, selected: way === context.query.get("direction") }, way)));
  const unit = h("input.short", { id: "unit", type: "number", min: "0", value: context.query.get("unit") ?? "0", on: { input: () => {
    at.unit = Math.min(Math.max(Math.floor(Number(unit.value)) || 0, 0), Math.max((answer?.units ?? 1) - 1, 0));
    context.set({ unit: at.unit || null });
    show();
  } } });
  const directionField = labelled("Direction", direction);
  const strip = h("div.tokens", { role: "group", "aria-label": "Steps" });
  const maps = h("div.flow", {});
  const input = new HeatMap({ height: 36, point: (place) => { if (place) move(place[1], at.unit); } });
  const series = withTwin("Input", input.element, () => planeTable("Input", input.plane));
  const kept = h("div.stack", {});
  const spoken = h("p.number", { role: "status" });
  const formula = new Formula("gates", "gates");
  const cursor = new Cursor();
  let range = null;
  let chart = null;
  const chartPlace = h("div.chart-place", {});
  // What draws curves comes when their place is seen.
  const sight = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting) return;
    sight.disconnect();
    const { LineChart } = await import("../charts/line.js");
    chart = new LineChart({
      cursor, subject: "the unit", height: 200,
      zoom: (chosen) => { range = chosen; chart.canvas.redraw(); }, view: () => ({ xLog: false, yLog: false, range }),
    });
    replace(chartPlace, chart.element);
    show();
  }, { rootMargin: "100px" });
  sight.observe(chartPlace);
  const legend = h("ul.legend", {});
  const chartTitle = h("div", {}, withTwin("The unit over time", chartPlace, () => unitTable(), legend));
  const note = h("p.note.number", {});
  const live = new LiveRegion("Gates", h("div", {}, h("div.row.fields", {}, labelled("Layer", layer), directionField, labelled("Unit", unit)),
    strip, series, spoken, kept, formula.element, maps, chartTitle, note));
  const at = { step: -1, unit: Number(context.query.get("unit")) || 0 };
  let answer = null;
  let heats = new Map();
  let isQuiet = false;
  cursor.subscribe((step) => { if (step !== null && !isQuiet) move(step, at.unit); });

  function update() {
    if (!layers.length) return live.empty("This model has no recurrent layer. Gates are shown of GRU, LSTM and SimpleRNN.");
    if (!context.sample()) return live.empty(context.noSample);
    const isTwoWay = layers.find(({ name }) => name === layer.value)?.type === "Bidirectional";
    directionField.hidden = !isTwoWay;
    const own = layers.find(({ name }) => name === layer.value)?.definition;
    const turns = [isTwoWay && direction.value === "backward", own?.go_backwards ?? own?.layer?.go_backwards ?? false];
    live.load((signal) => context.ask("gates", { layer: layer.value, ...(isTwoWay ? { direction: direction.value } : {}) }, signal),
      (found) => draw({ ...found, isBackwards: turns[0] !== turns[1] }));
  }

  function draw(found) {
    answer = found;
    const all = wordsOf(answer);
    if ([...heats.keys()].join() !== all.map(([name]) => name).join()) {
      const point = (place) => (place ? move(place[1], place[0]) : mark());
      heats = new Map(all.map(([name]) => [name, new HeatMap({ height: answer.units > 24 ? 120 : 72, point })]));
      replace(maps, [...heats].map(([name, heat]) => {
        const figure = withTwin(name, heat.element, () => planeTable(name, heat.plane));
        figure.querySelector("h3").append(" ", h("span.quiet", {}, meanings[name] ?? ""));
        return h("section.flow-layer", { "aria-label": name }, figure);
      }));
    }
    for (const [name, array] of all) {
      const isGate = ["z", "r", "i", "f", "o"].includes(name);
      heats.get(name).show(turned(array.values, answer.steps, answer.units), `${name} of ${answer.layer}: ${answer.steps} steps to the right, ${answer.units} units down`,
        { range: isGate ? { low: 0, high: 1, isSigned: false } : { low: -1, high: 1, isSigned: true } });
    }
    replace(legend, all.map(([name], index) => h("li", {}, h("span.swatch", { style: { background: lookOf(index + 1).color } }), `${name} (${lookOf(index + 1).dashName})`)));
    unit.max = String(answer.units - 1);
    const tokens = tokensOf(context.layers, context.sample()?.instance, answer.steps);
    replace(strip, tokens ? tokens.map(tokenButton) : null);
    strip.hidden = !tokens;
    const own = tokens ? null : context.instanceNumbers();
    // A row of a series with one column comes as a plain list.
    series.hidden = !(own && own.shape.length <= 2 && own.shape[0] === answer.steps);
    if (!series.hidden) input.show(turned(own.values, own.shape[0], own.shape[1] ?? 1), `Input: ${own.shape[0]} steps to the right`);
    if (at.step < 0 || at.step >= answer.steps) at.step = lastStep(answer.mask ?? tokens?.map((token) => token !== "–"), answer.steps);
    at.unit = Math.min(at.unit, answer.units - 1);
    setText(note, costText(answer.cost));
    show();
  }

  function tokenButton(token, step) {
    return h("button.token", {
      type: "button", tabindex: step ? "-1" : "0", "aria-label": `Step ${step}: ${token}`, on: { click: () => move(step, at.unit), keydown: walk },
    }, h("bdi", {}, token === " " ? "␣" : token));
  }

  function walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && strip.children[[...strip.children].indexOf(event.currentTarget) + step];
    if (!next) return;
    event.preventDefault();
    event.currentTarget.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.click();
  }

  function move(step, unitAt) {
    at.step = step;
    if (unitAt !== at.unit) {
      at.unit = unitAt;
      context.set({ unit: unitAt || null });
    }
    show();
  }

  function mark() {
    for (const heat of heats.values()) heat.highlight({ row: at.unit, column: at.step });
    if (!series.hidden) input.highlight({ row: 0, column: at.step, rows: 1000 });
  }

  function show() {
    if (!answer) return;
    unit.value = String(at.unit);
    mark();
    [...strip.children].forEach((token, step) => token.classList.toggle("at", step === at.step));
    const token = strip.children[at.step];
    if (token) strip.scrollLeft = token.offsetLeft - strip.offsetLeft - strip.clientWidth / 2;
    isQuiet = true;
    cursor.value = at.step;
    isQuiet = false;
    const parts = partsAt(answer, at.step, at.unit);
    setText(spoken, `${parts.sentence}${answer.isBackwards ? ` The layer runs backwards: the step before is ${at.step + 1}.` : ""}`);
    replace(kept, parts.terms.length ? stacked(parts.terms) : null);
    formula.show([answer.formula.split("; ").at(-1), ...answer.formula.split("; ").slice(0, -1), ...parts.lines]);
    if (!chart) return;
    chart.show(wordsOf(answer).map(([name, array], index) => ({
      name, look: lookOf(index + 1), x: Array.from({ length: answer.steps }, (_, step) => step),
      y: Array.from({ length: answer.steps }, (_, step) => array.values[step * answer.units + at.unit]),
    })));
    chart.canvas.describe(`Unit ${at.unit} of ${answer.layer} over ${answer.steps} steps: ${wordsOf(answer).map(([name]) => name).join(", ")}`);
  }

  function unitTable() {
    const all = wordsOf(answer);
    return h("div.tall", {}, table(`Unit ${at.unit} over time`, [
      { title: "Step", number: true, cell: (step) => step },
      ...all.map(([name, array]) => ({ title: name, number: true, cell: (step) => metric(array.values[step * answer.units + at.unit]) })),
    ], Array.from({ length: answer.steps }, (_, step) => step)));
  }

  return { element: live.element, update, close: () => { sight.disconnect(); chart?.close(); live.close(); } };
}

/** The last step that is not filled up. */
function lastStep(counts, steps) {
  const last = counts ? counts.lastIndexOf(true) : steps - 1;
  return last < 0 ? steps - 1 : last;
}

/** Two terms of a sum as one bar: how much of what comes out is old, and how much new. */
function stacked(terms) {
  const all = terms.reduce((sum, { value }) => sum + Math.abs(value), 0) || 1;
  return [
    h("div.stacked", { "aria-hidden": "true" }, terms.map(({ value, kind }) => h(`span.${kind}`, { style: { width: `${Math.abs(value) / all * 100}%` } }))),
    h("ul.legend", {}, terms.map(({ name, value, kind }) => h("li", {}, h(`span.swatch.${kind}`, { "aria-hidden": "true" }), `${name} = ${metric(value)} (${Math.round(Math.abs(value) / all * 100)} %)`))),
  ];
}
