/**
 * A new job: what is to be trained, on what, how; tried while one types.
 * @module
 */
import { json, Problem } from "../core/api.js";
import { h, replace } from "../core/dom.js";
import { bytes, duration } from "../core/format.js";
import { go, link } from "../core/router.js";
import { put } from "../core/store.js";
import { actionButton } from "./controls.js";
import { openDialog } from "./dialog.js";
import { Form, settled } from "./form.js";
import { problemBox } from "./region.js";

const optimizers = ["Adam", "AdamW", "SGD", "RMSprop", "Adagrad", "Nadam"];
const losses = [
  "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy", "mse", "mae", "huber", "ctc",
];

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
    lists = await Promise.all([json("models"), json("datasets")]);
  } catch (error) {
    await openDialog("New job", (close) => [problemBox(error), closing(close)]);
    return;
  }
  const [{ models }, { datasets }] = lists;
  if (!models.length) {
    await openDialog("New job", (close) => [
      h("p", {}, "There is no model yet that could be trained."),
      h("div.row.end", {}, h("a.button", { href: link(["models"], { new: 1 }), on: { click: () => close() } }, "Define a model")),
    ]);
    return;
  }
  const job = await openDialog("New job", (close) => form(models, datasets, chosen, close));
  if (!job) return;
  put(job);
  go(["jobs", job.id]);
}

function closing(close) {
  return h("div.row.end", {}, h("button", { type: "button", on: { click: () => close() } }, "Close"));
}

function form(models, datasets, chosen, close) {
  const estimate = h("p.note.number", { role: "status" }, "\u00a0");
  const form = new Form([
    { pointer: "/model", label: "Model", kind: "select", options: models.map((model) => model.name), value: chosen.model },
    { pointer: "/dataset", label: "Data", kind: "select", options: datasets.map((dataset) => dataset.name), value: chosen.dataset },
    { pointer: "/loss", label: "Loss", kind: "select", options: [["", "as the model says"], ...losses], value: guess(datasets, chosen.dataset).loss },
    { pointer: "/metrics", label: "Metrics", kind: "json", value: guess(datasets, chosen.dataset).metrics, hint: "A list of names" },
    { pointer: "/optimizer/type", label: "Optimizer", kind: "select", options: optimizers, value: "Adam" },
    { pointer: "/optimizer/learning_rate", label: "Learning rate", kind: "number", value: "0.001" },
    { pointer: "/epochs", label: "Epochs", kind: "integer", value: "10" },
    { pointer: "/batch_size", label: "Batch size", kind: "integer", value: "32" },
    { pointer: "/validation_split", label: "Share for validation", kind: "number", value: "0.1" },
    { pointer: "/seed", label: "Seed", kind: "integer", value: "0" },
  ], () => { form.showFaults(null); check(); });
  form.control("/dataset").addEventListener("change", () => {
    const fitting = guess(datasets, form.control("/dataset").value);
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

/** What fits a dataset's target. */
function guess(datasets, name) {
  const dataset = datasets.find((one) => one.name === name) ?? datasets[0];
  const isClass = dataset?.target?.kind === "class";
  return { loss: isClass ? losses[0] : dataset?.kind === "columns" ? "" : "mse", metrics: isClass ? '["accuracy", "confusion_matrix"]' : '["mae"]' };
}
