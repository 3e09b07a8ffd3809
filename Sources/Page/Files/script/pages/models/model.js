/**
 * One model: its layers, versions, what predicts with it.
 * @module
 */
import { networkGraph } from "../../charts/network.js";
import { json, path, send } from "../../core/api.js";
import { h, replace, setText } from "../../core/dom.js";
import { count, shape } from "../../core/format.js";
import { go, link, set } from "../../core/router.js";
import { actionButton } from "../../parts/controls.js";
import { confirm } from "../../parts/dialog.js";
import { Region } from "../../parts/region.js";
import { facts, table } from "../../parts/table.js";
import { tabs } from "../../parts/tabs.js";
import { predictionCode } from "./snippets.js";
import { versionsPlace } from "./versions.js";

/**
 * Opens a model.
 *
 * @param {HTMLElement} root
 * @param {string} name
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function openModel(root, name, { query }, { head }) {
  const region = new Region("Model", { headless: true, height: "24rem" });
  root.append(region.element);
  head.append(h("div.actions", {},
    h("a.button", { href: link(["try", name]) }, "Try"),
    actionButton("Train", async () => (await import("../../parts/train.js")).openTraining(name)),
    actionButton("Delete", async () => {
      if (!await confirm(`Delete ${name}?`, "All its versions and aliases go with it.", "Delete the model")) return;
      await send(path("models", name), { method: "DELETE" });
      go(["models"]);
    })));
  region.load((signal) => json(path("models", name), { signal }), (model) => [
    facts([
      ["Newest version", model.version || "not trained"], ["Input", shape(model.input_shape)], ["Output", shape(model.output_shape)],
      ["Parameters", count(model.parameters)], ["Layers", count(model.layers.length)],
    ]),
    tabs("Model", [
      { id: "layers", title: "Layers", open: () => layersPlace(model) },
      { id: "versions", title: "Versions", open: () => versionsPlace(model, query) },
      { id: "tensors", title: "Tensors", open: () => tensorsTable(model) },
      { id: "definition", title: "Definition", open: () => (
        h("pre.code", { tabindex: "0", "aria-label": "Definition" }, JSON.stringify(model.definition, null, 2))) },
      { id: "difference", title: "Difference", open: () => differencePlace(model) },
      { id: "code", title: "Code", open: () => predictionCode(model) },
    ], query.get("tab") ?? (query.has("version") ? "versions" : "layers"), (tab) => set({ tab: tab === "layers" ? null : tab })),
  ]);
  return () => region.close();
}

function layersPlace(model) {
  // Counted by the server when the layers are looked at; they come after the rest.
  const counts = operationsOf(model);
  const detail = h("div.layer-detail", { role: "status" }, h("p.quiet", {}, "Choose a layer to see what it is made of."));
  const definition = new Map(model.definition.layers?.map((layer) => [layer.name, layer]));
  const choose = (names) => replace(detail, names.slice(0, 6).map((one) => h("pre.code", {}, JSON.stringify(definition.get(one) ?? one, null, 1))));
  return h("div.columns", {},
    h("div", {}, networkGraph(model.definition.layers ?? [], model.layers, choose, counts), detail),
    h("div.tall", {}, table("Summary", [
      { title: "Layer", cell: (layer) => h("bdi", {}, layer.name) }, { title: "Type", cell: (layer) => layer.type },
      { title: "Output", cell: (layer) => h("span.number", {}, shape(layer.output_shape)) },
      { title: "Parameters", number: true, cell: (layer) => count(layer.parameters) },
      { title: "Operations", number: true, cell: (layer) => {
        const place = h("span", {}, "–");
        counts.then((found) => setText(place, count(found.get(layer.name))), () => {});
        return place;
      } },
    ], model.layers)));
}

/** How many operations each layer takes for a row. */
async function operationsOf(model) {
  const body = { level: "layers", ...(model.version ? {} : { version: 0 }) };
  const { nodes } = await json(path("models", model.name, "inspect", "graph"), { method: "POST", body });
  return new Map(nodes.map((node) => [node.layer, node.operations]));
}

function tensorsTable(model) {
  return table("Tensors", [
    { title: "Tensor", cell: (tensor) => h("bdi", {}, tensor.name) }, { title: "Shape", cell: (tensor) => h("span.number", {}, shape(tensor.shape)) },
    { title: "Numbers", number: true, cell: (tensor) => count(tensor.volume) },
  ], model.tensors);
}

function differencePlace(model) {
  const place = h("div", {});
  const choice = h("select", { id: "other-model" }, h("option", { value: "" }, "Choose a model"));
  json("models").then(({ models }) => {
    for (const other of models) if (other.name !== model.name) choice.append(h("option", { value: other.name }, other.name));
  }, () => {});
  choice.addEventListener("change", async () => {
    if (!choice.value) return replace(place);
    const [other, { differenceOf }] = await Promise.all([json(path("models", choice.value)), import("./difference.js")]);
    replace(place, differenceOf(model.definition, other.definition));
  });
  return h("div", {}, h("div.row.fields", {}, h("label", { for: "other-model" }, "Compared with", choice)), place);
}
