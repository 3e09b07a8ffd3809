/**
 * Where a model's newest version came from.
 * @module
 */
import { json, path } from "../core/api.js";

/**
 * The data that the newest version was trained on, for words to choose from and the range of pixels.
 *
 * @param {Object} model
 * @param {AbortSignal} signal
 * @returns {Promise<?Object>} null where it is gone, or unknown.
 */
export async function datasetOf(model, signal) {
  if (!model.version) return null;
  try {
    const version = await json(path("models", model.name, "versions", model.version), { signal });
    if (!version.job) return null;
    const job = await json(`${path("jobs", version.job)}?history=false`, { signal });
    return job.dataset === null ? null : await json(path("datasets", job.dataset), { signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return null;
  }
}
