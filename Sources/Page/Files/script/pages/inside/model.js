/**
 * One model, looked into.
 * @module
 */
import { json, path } from "../../core/api.js";
import { h, loadStyle, replace } from "../../core/dom.js";
import { go, link, parse } from "../../core/router.js";
import { settled } from "../../core/signal.js";
import { Context } from "../../inside/context.js";
import { views } from "../../inside/index.js";
import { recurrentOf } from "../../inside/layers.js";
import { aimedLink, labelled } from "../../parts/controls.js";
import { makersOf } from "../../parts/input/inputs.js";
import { originOf } from "../../parts/origin.js";
import { Region } from "../../parts/region.js";
import { tabs } from "../../parts/tabs.js";
import { SamplePlace } from "./sample.js";
import { stopsOf, versionSlider } from "./versions.js";

/**
 * @param {HTMLElement} root
 * @param {string} name
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function openInside(root, name, { path: [, , wanted], query }, { head }) {
  const region = new Region("Inside", { headless: true, height: "24rem" });
  region.element.classList.add("bare");
  root.append(region.element);
  const controller = new AbortController();
  let view = null;
  modelChoice(head, name);
  // Its modules come while the model is asked for.
  views.find(({ id }) => id === wanted)?.load().catch(() => {});
  region.load(async (signal) => {
    const model = await json(path("models", name), { signal });
    const [origin, stops, makers] = await Promise.all([originOf(model, signal), stopsOf(model, signal), makersOf(model), loadStyle("inside")]);
    return { model, origin, stops, makers };
  }, ({ model, origin, stops, makers }) => {
    if (wanted && !views.some(({ id }) => id === wanted)) {
      region.empty(`There is no view “${wanted}”.`, h("a.button", { href: link(["inside", name]) }, "All views"));
      return null;
    }
    const context = new Context(model, query, stops, origin.version?.options?.labels ?? null);
    const sample = new SamplePlace(makers, context, origin, () => { if (sample.isReady) view?.update(); });
    const first = wanted ?? (recurrentOf(context.layers).length ? "gates" : "activations");
    const place = h("div", {});
    const input = new Region("Input");
    input.data(sample.element);
    const update = settled(60, () => view?.update());
    const opened = tabs("Views", views.map(({ id, title, load }) => ({ id, title, open: () => {
      const shown = h("div", { "aria-busy": "true" }, h("div.shape", { style: { height: "14rem" } }, h("span.visually-hidden", {}, "Loading")));
      view?.close();
      view = null;
      load().then((make) => {
        if (!shown.isConnected || controller.signal.aborted) return;
        view = make(context);
        shown.removeAttribute("aria-busy");
        replace(shown, view.element);
        if (sample.isReady) view.update();
      });
      return shown;
    } })), first, (id) => {
      const settings = Object.fromEntries(["version", "row"].map((key) => [key, context.query.get(key)]));
      for (const key of [...context.query.keys()]) if (!(key in settings)) context.query.delete(key);
      history.replaceState(null, "", link(["inside", name, id], settings));
    });
    replace(place, versionSlider(stops, context.version(), (version) => { context.set({ version }); update(); }), opened);
    sample.begin(origin.dataset, controller.signal).catch((error) => {
      if (error.name !== "AbortError") input.error(error);
    }).finally(() => { sample.isReady = true; view?.update(); });
    return h("div.inside", {}, input.element, place);
  });
  return () => {
    controller.abort();
    view?.close();
    region.close();
  };
}

async function modelChoice(head, name) {
  const { models } = await json("models").catch(() => ({ models: [] }));
  const model = h("select", { on: { change: () => go(["inside", model.value]) } },
    models.map((one) => h("option", { value: one.name, selected: one.name === name }, one.name)));
  const isThere = models.some((one) => one.name === name);
  head.append(h("div.actions.row.fields", {}, isThere ? labelled("Model", model) : null,
    aimedLink("Try", () => link(["try", name], { version: parse(location.hash)?.query.get("version") }))));
}
