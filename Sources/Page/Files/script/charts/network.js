/**
 * A network as a graph of layers: a box each, its shape on the edge that leaves it.
 * @module
 */
import { h, svg } from "../core/dom.js";
import { count, shape as shapeText } from "../core/format.js";
import { folded, layered, mostNodes, nodesOf } from "./layering.js";

const box = { width: 168, height: 44, gapX: 26, gapY: 34 };

/**
 * Draws a model.
 *
 * @param {{type: string, name: string, inputs?: string[]}[]} definition
 * @param {Object[]} layers As `GET /models/NAME` summarises them.
 * @param {function(string[]): void} choose Told of the layers of the box that was chosen.
 * @param {Promise<Map<string, number>>} operations How many each layer takes; they come into the boxes' names and titles later.
 * @returns {HTMLElement}
 */
export function networkGraph(definition, layers, choose, operations) {
  const facts = new Map(layers.map((layer) => [layer.name, layer]));
  const all = folded(nodesOf(definition));
  const nodes = all.slice(0, mostNodes);
  const { places, ranks, width } = layered(nodes);
  const size = { width: width * (box.width + box.gapX) + box.gapX, height: ranks * (box.height + box.gapY) + 10 };
  const at = (name) => {
    const { rank, column } = places.get(name);
    return { x: size.width / 2 + column * (box.width + box.gapX), y: 6 + rank * (box.height + box.gapY) };
  };
  const edges = nodes.flatMap((node) => node.inputs.filter((input) => places.has(input)).map((input) => edge(at(input), at(node.name))));
  const boxes = nodes.map((node) => nodeBox(node, at(node.name), facts, choose, operations));
  const labels = nodes.map((node) => {
    const last = facts.get(node.members.at(-1));
    const { x, y } = at(node.name);
    return last ? svg("text.edge-label", { x: x + 6, y: y + box.height + 15 }, shapeText(last.output_shape)) : null;
  });
  const note = all.length > mostNodes ? h("p.note", {}, `The first ${mostNodes} of ${count(all.length)} boxes are drawn; the table has all.`) : null;
  return h("div", {}, h("div.scroll.network", { role: "region", "aria-label": "Graph of layers", tabindex: "0" },
    svg("svg", { width: size.width, height: size.height, viewBox: `0 0 ${size.width} ${size.height}`, role: "group", "aria-label": `${layers.length} layers` },
      edges, labels, boxes)), note);
}

function edge(from, to) {
  const [y1, y2] = [from.y + box.height, to.y];
  const bend = Math.max(14, (y2 - y1) / 2);
  return svg("path.edge", { d: `M${from.x} ${y1}C${from.x} ${y1 + bend} ${to.x} ${y2 - bend} ${to.x} ${y2}`, fill: "none" });
}

function nodeBox(node, { x, y }, facts, choose, operations) {
  const parameters = node.members.reduce((sum, name) => sum + (facts.get(name)?.parameters ?? 0), 0);
  const name = node.times > 1 ? `${node.times} × (${node.kind})` : node.kind;
  const second = node.times > 1 ? `${node.members.length} layers` : node.name;
  const select = () => choose(node.members);
  const title = svg("title", {}, `${name} ${second}`);
  const element = svg("g.node", {
    transform: `translate(${x - box.width / 2} ${y})`, tabindex: "0", role: "button",
    "aria-label": `${name} ${second}, ${count(parameters)} parameters`,
    on: { click: select, keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); select(); } } },
  }, svg("rect", { width: box.width, height: box.height, rx: 5, "data-trained": parameters ? "yes" : "no" }),
  svg("text.node-title", { x: 10, y: 18 }, fit(name, 24)),
  svg("text.node-name", { x: 10, y: 34 }, fit(second, parameters ? 15 : 24)),
  parameters ? svg("text.node-count", { x: box.width - 10, y: 34, "text-anchor": "end" }, count(parameters)) : null,
  title);
  operations.then((found) => {
    const sum = node.members.reduce((all, one) => all + (found.get(one) ?? 0), 0);
    title.textContent += `, ${count(sum)} operations`;
    element.setAttribute("aria-label", `${element.getAttribute("aria-label")}, ${count(sum)} operations`);
  }, () => {});
  return element;
}

function fit(text, letters) {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
