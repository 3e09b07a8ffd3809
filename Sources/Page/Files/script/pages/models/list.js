/**
 * The list of models.
 * @module
 */
import { json } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { ago, count, fullTime, shape } from "../../core/format.js";
import { link, set } from "../../core/router.js";
import { actionButton } from "../../parts/controls.js";
import { Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";

/**
 * Opens the list, and with `?new=1` the form for a new model.
 *
 * @param {HTMLElement} root
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function openModels(root, { query }, { head }) {
  const region = new Region("Models", { headless: true, height: "12rem" });
  const place = h("div", {});
  let close = null;
  const fresh = () => actionButton("New model", openForm, { isMain: true });
  head.append(h("div.actions", {}, fresh()));
  root.append(place, region.element);
  region.load((signal) => json("models", { signal }), ({ models }) => {
    if (!models.length) {
      region.empty("No models yet.", fresh());
      return null;
    }
    return table("Models", [
      { title: "Model", cell: (model) => h("a", { href: link(["models", model.name]) }, h("bdi", {}, model.name)) },
      { title: "Newest version", number: true, cell: (model) => (model.version ? count(model.version) : "not trained") },
      { title: "Input", cell: (model) => h("span.number", {}, shape(model.input_shape)) },
      { title: "Output", cell: (model) => h("span.number", {}, shape(model.output_shape)) },
      { title: "Parameters", number: true, cell: (model) => count(model.parameters) },
      { title: "Defined", cell: (model) => (model.created_at
        ? h("time", { datetime: model.created_at, title: fullTime(model.created_at) }, ago(model.created_at)) : "–") },
      { title: "", cell: (model) => h("a", { href: link(["try", model.name]), "aria-label": `Try ${model.name}` }, "Try") },
    ], models);
  });
  if (query.get("new")) openForm();

  async function openForm() {
    const { NewModel } = await import("./new.js");
    close?.();
    const form = new NewModel(() => { close?.(); close = null; place.replaceChildren(); set({ new: null }); });
    close = () => form.close();
    set({ new: 1 });
    place.replaceChildren(form.element);
    form.element.querySelector("input")?.focus();
  }

  return () => {
    close?.();
    region.close();
  };
}
