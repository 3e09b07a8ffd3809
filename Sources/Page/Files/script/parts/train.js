/**
 * A new job: what is to be trained, on what, how; tried while one types.
 * @module
 */
import { describedAPI, json, Problem } from "../core/api.js";
import { h, replace } from "../core/dom.js";
import { bytes, duration } from "../core/format.js";
import { go, link } from "../core/router.js";
import { put } from "../core/store.js";
import { actionButton } from "./controls.js";
import { openDialog } from "./dialog.js";
import { Form, settled } from "./form.js";
import { problemBox } from "./region.js";
import { alternatives, distinct, fieldsOf } from "./schema.js";

/** What is shown at once; all else that a training may be told stands below. */
const usual = ["/loss", "/metrics", "/epochs", "/batch_size", "/validation_split", "/seed", "/diagnostics"];
/** What a form can't send, or has in another place. */
const skips = ["/model", "/dataset", "/data", "/validation_data", "/optimizer"];

/**
 * Opens the form.
 *
 * @param {?string} [model] What is chosen at first.
 * @param {?string} [dataset]
 */
export async function openTraining(model = null, dataset = null) {
  const chosen = { model, dataset };
  let lists;
  try {
    lists = await Promise.all([json("models"), json("datasets"), describedAPI()]);
  } catch (error) {
    await openDialog("New job", (close) => [problemBox(error), closing(close)]);
    return;
  }
  const [{ models }, { datasets }, { components }] = lists;
  if (!models.length) {
    await openDialog("New job", (close) => [
      h("p", {}, "There is no model yet that could be trained."),
      h("div.row.end", {}, h("a.button", { href: link(["models"], { new: 1 }), on: { click: () => close() } }, "Define a model")),
    ]);
    return;
  }
  const job = await openDialog("New job", (close) => form(models, datasets, components.schemas, chosen, close));
  if (!job) return;
  put(job);
  go(["jobs", job.id]);
}

function closing(close) {
  return h("div.row.end", {}, h("button", { type: "button", on: { click: () => close() } }, "Close"));
}

function form(models, datasets, schemas, chosen, close) {
  const estimate = h("p.note.number", { role: "status" }, "\u00a0");
  const form = new Form([
    { pointer: "/model", label: "Model", kind: "select", options: models.map((model) => model.name), value: chosen.model },
    { pointer: "/dataset", label: "Data", kind: "select", options: datasets.map((dataset) => dataset.name), value: chosen.dataset },
    ...trainingFields(schemas, fittingOf(datasets, chosen.dataset)),
  ], () => { form.showFaults(null); check(); });
  form.control("/dataset").addEventListener("change", () => {
    const fitting = fittingOf(datasets, form.control("/dataset").value);
    form.control("/loss").value = fitting.loss;
    form.control("/metrics").value = fitting.metrics;
  });
  const check = settled(400, async () => {
    try {
      const tried = await json("train?dry_run=true", { method: "POST", body: form.body });
      form.showFaults(null);
      estimate.textContent = `About ${duration(tried.seconds_per_epoch)} an epoch, ${bytes(tried.peak_bytes)} of memory`;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      replace(estimate, "\u00a0");
      form.showFaults(error);
    }
  });
  check();
  return h("form", { on: { submit: (event) => event.preventDefault() } }, form.element, estimate, h("div.row.end", {},
    h("button", { type: "button", on: { click: () => close() } }, "Close"),
    actionButton("Train", async () => {
      try {
        close(await json("train", { method: "POST", body: form.body }));
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 422) throw error;
        form.showFaults(error, true);
      }
    }, { isMain: true })));
}

/**
 * The fields of a training beside model and data, as the server's schema has them. Pure.
 *
 * @param {Object<string, Object>} schemas
 * @param {{loss: string, metrics: string}} fitting What fits the data.
 * @returns {import("./form.js").Field[]}
 */
export function trainingFields(schemas, fitting) {
  const schema = schemas.TrainingRequest;
  const begin = { "/loss": fitting.loss, "/metrics": fitting.metrics, "/epochs": "10", "/validation_split": "0.1" };
  const fields = fieldsOf(schema, schemas, { skips }).map((field) => ({
    ...field, value: begin[field.pointer] ?? "", isRare: !usual.includes(field.pointer),
  }));
  const rules = distinct(alternatives(schema.properties.optimizer, schemas).flatMap((one) => one.enum ?? []));
  const loss = fields.find((field) => field.pointer === "/loss");
  if (loss.kind === "select") loss.options[0] = ["", "as the model says"];
  return [
    ...usual.slice(0, 2).map((pointer) => fields.find((field) => field.pointer === pointer)),
    { pointer: "/optimizer/type", label: "Optimizer", kind: "select", options: rules, value: rules.includes("Adam") ? "Adam" : rules[0] },
    { pointer: "/optimizer/learning_rate", label: "Learning rate", kind: "number", value: "0.001" },
    ...usual.slice(2).flatMap((pointer) => fields.find((field) => field.pointer === pointer) ?? []),
    ...fields.filter((field) => field.isRare),
  ];
}

/**
 * What fits a dataset's target. Pure.
 *
 * @param {Object[]} datasets
 * @param {?string} name Without one, the first.
 * @returns {{loss: string, metrics: string}}
 */
export function fittingOf(datasets, name) {
  const dataset = datasets.find((one) => one.name === name) ?? datasets[0];
  const isClass = dataset?.target?.kind === "class";
  return { loss: isClass ? "sparse_categorical_crossentropy" : dataset?.kind === "columns" ? "" : "mse", metrics: isClass ? '["accuracy", "confusion_matrix"]' : '["mae"]' };
}
