/**
 * The shortest way to a trained network: the digits that come with the program.
 * @module
 */
import { json, Problem } from "../../core/api.js";
import { go } from "../../core/router.js";
import { put } from "../../core/store.js";
import { problemBox } from "../../parts/region.js";

const model = {
  name: "digits-cnn", input_shape: [8, 8, 1],
  layers: [
    { type: "Rescaling", scale: 0.0625 },
    { type: "Conv2D", filters: 16, kernel_size: 3, padding: "same", activation: "relu" },
    { type: "MaxPooling2D" },
    { type: "Conv2D", filters: 32, kernel_size: 3, activation: "relu" },
    { type: "Flatten" },
    { type: "Dense", units: 10, activation: "softmax" },
  ],
};

const training = {
  model: model.name, dataset: "digits", epochs: 20, optimizer: "Adam", loss: "sparse_categorical_crossentropy",
  metrics: ["accuracy", "confusion_matrix"], validation_split: 0.1,
};

/**
 * Defines the model unless it is there, trains it, and goes to its job.
 *
 * @param {HTMLButtonElement} button
 */
export async function trainDigits(button) {
  button.disabled = true;
  try {
    await json("models", { method: "POST", body: model }).catch((error) => {
      if (!(error instanceof Problem) || error.status !== 409) throw error;
    });
    const job = await json("train", { method: "POST", body: training });
    put(job);
    go(["jobs", job.id]);
  } catch (error) {
    button.disabled = false;
    button.after(problemBox(error));
  }
}
