/**
 * The difference of two versions of a model: their metrics, and how far each tensor has moved.
 * @module
 */
import { json, path, send } from "../../core/api.js";
import { h, replace } from "../../core/dom.js";
import { exact, metric as metricText, shape } from "../../core/format.js";
import { set } from "../../core/router.js";
import { labelled } from "../../parts/controls.js";
import { Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";

/**
 * The place of the difference.
 *
 * @param {Object} model
 * @param {Object[]} versions Newest first.
 * @param {URLSearchParams} query
 * @returns {HTMLElement}
 */
export function versionDifference(model, versions, query) {
  const numbers = versions.map((one) => one.version);
  const choice = (key, standard) => h("select", { id: `difference-${key}`, on: { change: show } },
    [...numbers, 0].map((number) => h("option", { value: number, selected: String(number) === (query.get(key) ?? String(standard)) }, number || "initial")));
  const region = new Region("Difference of two versions", { height: "10rem" });
  const [fresh, old] = [choice("of", numbers[0]), choice("minus", numbers[1] ?? 0)];
  const place = h("div", {});
  region.data([h("div.row.fields", {}, labelled("Of", fresh), labelled("minus", old)), place]);
  show();
  return region.element;

  function show(event) {
    const [of, minus] = [Number(fresh.value), Number(old.value)];
    if (event) set({ of, minus });
    const found = new Region("Difference", { headless: true });
    replace(place, found.element);
    found.element.classList.add("bare");
    found.load((signal) => differences(model, of, minus, signal), (tensors) => [metricsTable(versions, of, minus), tensorTable(model, of, minus, tensors)]);
  }
}

/** Of each tensor how far it is from what it was, layer by layer. */
async function differences(model, of, minus, signal) {
  const layers = [...new Set(model.tensors.map((tensor) => tensor.name.slice(0, tensor.name.lastIndexOf("/"))))];
  const tensors = [];
  for (const layer of layers) {
    const body = { layer, version: of, minus, values: false };
    const found = await json(path("models", model.name, "inspect", "kernels"), { method: "POST", body, signal });
    tensors.push(...found.tensors.map((tensor) => ({ ...tensor, layer })));
  }
  return tensors;
}

function metricsTable(versions, of, minus) {
  const metrics = (number) => versions.find((one) => one.version === number)?.metrics ?? {};
  const [fresh, old] = [metrics(of), metrics(minus)];
  const names = Object.keys(fresh).filter((name) => typeof fresh[name] === "number" && typeof old[name] === "number");
  if (!names.length) return null;
  const number = (value) => h("span", { title: exact(value) }, metricText(value));
  return table("Metrics of both", [
    { title: "Metric", cell: (name) => name }, { title: `Version ${of}`, number: true, cell: (name) => number(fresh[name]) },
    { title: `Version ${minus}`, number: true, cell: (name) => number(old[name]) },
    { title: "Difference", number: true, cell: (name) => number(fresh[name] - old[name]) },
  ], names);
}

function tensorTable(model, of, minus, tensors) {
  return table("Tensors of both", [
    { title: "Tensor", cell: (tensor) => h("bdi", {}, tensor.name) },
    { title: "Shape", cell: (tensor) => h("span.number", {}, shape(tensor.shape)) },
    { title: "Norm of the difference", number: true, cell: (tensor) => h("span", { title: exact(tensor.norm) }, metricText(tensor.norm)) },
    { title: "Least", number: true, cell: (tensor) => metricText(tensor.minimum) },
    { title: "Greatest", number: true, cell: (tensor) => metricText(tensor.maximum) },
    { title: "", cell: (tensor) => pictureButton(model, of, minus, tensor) },
  ], tensors);
}

/** Blue for what became less, orange for what became more; drawn by the server. */
function pictureButton(model, of, minus, tensor) {
  const place = h("span", {});
  const button = h("button.small", { type: "button", "aria-label": `Picture of ${tensor.name}` }, "Picture");
  button.addEventListener("click", async () => {
    button.disabled = true;
    const body = { layer: tensor.layer, tensor: tensor.name.slice(tensor.layer.length + 1), version: of, minus };
    try {
      const response = await send(`${path("models", model.name, "inspect", "kernels")}?format=png&colors=diverging`, {
        method: "POST", body, headers: { Accept: "image/png" },
      });
      const address = URL.createObjectURL(await response.blob());
      const image = h("img.kernels", { alt: `${tensor.name}: what became more is orange, what became less blue`, src: address });
      image.addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
      place.replaceChildren(image);
    } catch (error) {
      place.replaceChildren(h("span.fault", { role: "alert" }, error.message));
    }
  });
  place.append(button);
  return place;
}
