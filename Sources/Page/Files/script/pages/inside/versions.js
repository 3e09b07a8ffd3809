/**
 * A slider over the versions of a model and the epochs that were kept on the way to them.
 * @module
 */
import { json, path } from "../../core/api.js";
import { h, setText } from "../../core/dom.js";

/** Of so many versions the kept epochs are asked for. */
const mostJobs = 12;

/**
 * The versions and kept epochs, in the order in which they came to be.
 *
 * @param {Object} model
 * @param {AbortSignal} signal
 * @returns {Promise<{version: string, name: string}[]>}
 */
export async function stopsOf(model, signal) {
  const { versions } = await json(`${path("models", model.name, "versions")}?limit=200`, { signal });
  const kept = new Map();
  await Promise.all(versions.slice(0, mostJobs).filter(({ job }) => job).map(async ({ job }) => {
    const found = await json(`${path("jobs", job)}?history=false`, { signal }).catch((error) => {
      if (error.name === "AbortError") throw error;
      return null;
    });
    kept.set(job, found?.kept_epochs ?? []);
  }));
  const stops = [{ version: "0", name: "0, before training" }];
  for (const { version, job, aliases } of [...versions].reverse()) {
    for (const epoch of kept.get(job) ?? []) stops.push({ version: `job:${job}@${epoch}`, name: `epoch ${epoch} of job ${job}` });
    kept.delete(job);
    stops.push({ version: String(version), name: `version ${version}${aliases?.length ? ` (${aliases.join(", ")})` : ""}`, aliases });
  }
  return stops;
}

/**
 * The slider.
 *
 * @param {{version: string, name: string, aliases?: string[]}[]} stops
 * @param {?string} chosen As the address has it; null for the newest.
 * @param {function(?string): void} choose
 * @returns {HTMLElement}
 */
export function versionSlider(stops, chosen, choose) {
  const found = stops.findIndex(({ version, aliases }) => version === chosen || aliases?.includes(chosen));
  const slider = h("input", { type: "range", id: "version", min: "0", max: String(stops.length - 1), value: String(found < 0 ? stops.length - 1 : found) });
  const said = h("output.number", { for: "version" });
  const say = () => {
    const at = Number(slider.value);
    const text = `${stops[at].name}${at === stops.length - 1 ? ", the newest" : ""}`;
    setText(said, text);
    slider.setAttribute("aria-valuetext", text);
  };
  slider.addEventListener("input", () => {
    say();
    const at = Number(slider.value);
    choose(at === stops.length - 1 ? null : stops[at].version);
  });
  say();
  if (chosen !== null && found < 0) setText(said, chosen);
  return h("div.row.fields.versions-slider", {}, h("label", { for: "version" }, "Version", slider), said);
}
