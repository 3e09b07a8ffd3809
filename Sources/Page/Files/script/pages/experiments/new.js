/**
 * A new experiment: what is trained, what its trials change, and how they are judged; tried while one types.
 * @module
 */
import { describedAPI, json, path, Problem } from "../../core/api.js";
import { h, replace, uniqueID } from "../../core/dom.js";
import { bytes, count, duration, metric as metricText } from "../../core/format.js";
import { go } from "../../core/router.js";
import { actionButton } from "../../parts/controls.js";
import { Form, settled } from "../../parts/form.js";
import { Region } from "../../parts/region.js";
import { fieldsOf } from "../../parts/schema.js";
import { table } from "../../parts/table.js";
import { tabs } from "../../parts/tabs.js";
import { fittingOf, trainingFields } from "../../parts/train.js";
import { placesIn, Space } from "./space.js";

const usual = ["/name", "/search", "/trials", "/metric", "/mode", "/folds", "/repeats", "/seed", "/max_seconds"];
const training = "/base/training";
/** Of so many trials the draws are shown. */
const mostDraws = 20;

/** The form for a new experiment. */
export class NewExperiment {
  #controller = null;
  #read = () => ({});
  #show = () => {};
  #text = null;

  /** @param {function(): void} cancel */
  constructor(cancel) {
    const region = new Region("New experiment", { height: "24rem", actions: h("button.small", { type: "button", on: { click: cancel } }, "Close") });
    this.region = region;
    this.element = region.element;
    this.preview = h("div", { "aria-live": "polite" });
    this.check = settled(400, () => this.#check());
    region.load((signal) => Promise.all([json("models", { signal }), json("datasets", { signal }), describedAPI()]), ([{ models }, { datasets }, { components }]) => {
      if (!models.length) {
        region.empty("There is no model yet whose options could be tried.", h("a.button", { href: "#/models?new=1" }, "Define a model"));
        return null;
      }
      const form = this.#form(models, datasets, components.schemas);
      return h("div.columns", {},
        tabs("How", [{ id: "form", title: "Form", open: form }, { id: "json", title: "JSON", open: () => this.#json() }]),
        h("div", {}, this.preview, h("div.row.end", {}, actionButton("Start", () => this.#start(), { isMain: true }))));
    });
  }

  close() {
    this.#controller?.abort();
    this.region.close();
  }

  async #check() {
    this.#controller?.abort();
    const controller = this.#controller = new AbortController();
    try {
      const price = await json("experiments?dry_run=true", { method: "POST", body: this.#read(), signal: controller.signal });
      this.#show(null);
      replace(this.preview, h("p.number", {}, `${count(price.trials)} trials, ${count(price.epochs)} epochs in all`,
        price.seconds === null ? "" : `, about ${duration(price.seconds)}`, price.peak_bytes === null ? "" : `, ${bytes(price.peak_bytes)} of memory`), draws(price.values ?? []));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#tell(error);
    }
  }

  #tell(error, focuses = false) {
    const isFault = error instanceof Problem && error.status === 422;
    const rest = isFault ? this.#show(error, focuses) : [{ pointer: "", detail: error.message }];
    replace(this.preview, rest?.length ? h("ul.fault", { role: "alert" }, rest.slice(0, 12).map(({ pointer, detail }) => h("li", {}, pointer ? h("code", {}, pointer) : null, ` ${detail}`)))
      : h("p.fault", { role: "status" }, "It can't be started as it is; the fields say why."));
  }

  async #start() {
    try {
      const made = await json("experiments", { method: "POST", body: this.#read() });
      go(["experiments", made.name]);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 422) throw error;
      this.#tell(error, true);
    }
  }

  /** Makes the form once, so that it is as it was when its tab is opened again. */
  #form(models, datasets, schemas) {
    const [model] = models.filter((one) => one.version > 0).concat(models);
    const data = datasets.find((one) => JSON.stringify(one.input_shape) === JSON.stringify(model.input_shape)) ?? datasets[0];
    const fitting = fittingOf(datasets, data?.name);
    const space = new Space(this.check);
    const own = fieldsOf(schemas.ExperimentRequest, schemas, { skips: ["/base", "/space"] });
    const special = {
      "/name": { value: "my-experiment", isRequired: true, kind: "text" }, "/search": { kind: "select", options: ["grid", "random", "halving"], value: "random" },
      "/metric": { value: metricOf(fitting), hint: "As a job has it; of the rows that validate with val_" },
    };
    const field = (pointer) => ({ ...own.find((one) => one.pointer === pointer), isRare: usual.indexOf(pointer) > 3, ...special[pointer] });
    const below = trainingFields(schemas, fitting).map((one) => ({ ...one, pointer: training + one.pointer }));
    const form = new Form([
      field("/name"),
      { pointer: "/base/model", label: "Model", kind: "select", options: models.map((one) => one.name), value: model.name },
      { pointer: "/base/dataset", label: "Data", kind: "select", options: datasets.map((one) => one.name), value: data?.name },
      ...usual.slice(1).map(field), ...below,
    ], this.check);
    const offer = async () => {
      const found = await json(path("models", form.control("/base/model").value)).catch(() => null);
      const known = ["/optimizer/learning_rate", "/optimizer/type", "/batch_size", "/loss"].map((pointer) => `/training${pointer}`);
      space.offer([...known, ...placesIn(found?.definition ?? {})]);
    };
    form.control("/base/model").addEventListener("change", offer);
    form.control("/base/dataset").addEventListener("change", () => {
      const fits = fittingOf(datasets, form.control("/base/dataset").value);
      form.control(`${training}/loss`).value = fits.loss;
      form.control(`${training}/metrics`).value = fits.metrics;
      form.control("/metric").value = metricOf(fits);
    });
    offer();
    const element = h("form.form", { on: { submit: (event) => event.preventDefault() } }, space.element, form.element);
    return () => {
      this.#read = () => ({ ...form.body, space: space.value });
      this.#show = (problem, focuses = false) => {
        const { rest, first } = space.showFaults(problem ? problem.errors.length ? problem.errors : [{ pointer: "", detail: problem.message }] : []);
        form.showFaults(rest.length ? new Problem(422, rest[0].detail, rest) : null, focuses && !first);
        if (focuses) first?.focus();
        return [];
      };
      this.check();
      return element;
    };
  }

  #json() {
    const body = this.#text ?? JSON.stringify(this.#read(), null, 2);
    const id = uniqueID();
    const area = h("textarea.code", { id: "experiment-json", rows: 24, spellcheck: "false", value: body, "aria-describedby": id });
    const fault = h("p.fault", { id, role: "alert" });
    let value = JSON.parse(body);
    area.addEventListener("input", () => {
      try {
        value = JSON.parse(area.value);
        this.#text = area.value;
        area.removeAttribute("aria-invalid");
        replace(fault);
        this.check();
      } catch (error) {
        area.setAttribute("aria-invalid", "true");
        replace(fault, error.message);
      }
    });
    this.#read = () => value;
    this.#show = (problem, focuses = false) => {
      if (problem) area.setAttribute("aria-invalid", "true");
      else area.removeAttribute("aria-invalid");
      if (focuses) area.focus();
      return problem?.errors.length ? problem.errors : problem ? [{ pointer: "", detail: problem.message }] : [];
    };
    this.check();
    return h("div.field", {}, h("label", { for: area.id }, "Experiment, as POST /experiments takes it"), area, fault);
  }
}

/** The first draws, a row a trial. */
function draws(values) {
  if (!values.length) return null;
  const names = [...new Set(values.flatMap(Object.keys))];
  const word = (value) => (typeof value === "number" ? metricText(value) : typeof value === "string" ? value : JSON.stringify(value));
  return [h("div.tall", {}, table("What it tries", [
    { title: "Trial", number: true, cell: (index) => count(index + 1) },
    ...names.map((name) => ({ title: h("bdi", { title: name }, name.split("/").pop()), number: true, cell: (index) => word(values[index][name]) })),
  ], values.slice(0, mostDraws).map((_, index) => index))), values.length > mostDraws ? h("p.note.number", {}, `The first ${mostDraws} of ${count(values.length)}.`) : null];
}

/** What a training of such data is judged by. */
const metricOf = ({ metrics }) => (metrics.includes("accuracy") ? "val_accuracy" : "val_loss");
