/**
 * What may be done to a job, as it stands.
 * @module
 */
import { json, knowsRoute, path, send } from "../../core/api.js";
import { h, replace } from "../../core/dom.js";
import { go } from "../../core/router.js";
import { drop, put } from "../../core/store.js";
import { actionButton } from "../../parts/controls.js";
import { confirm, openDialog } from "../../parts/dialog.js";

const shown = new WeakMap();

/**
 * Shows the buttons; those that are there already stay, with the focus on them.
 *
 * @param {HTMLElement} place
 * @param {Object} job
 * @param {function(): void} changed
 * @param {function(): void} leaving Called before the job is deleted, so that nobody asks for it any more.
 */
export function jobActions(place, job, changed, leaving) {
  if (shown.get(place) === job.state) return;
  shown.set(place, job.state);
  const hasEnded = ["succeeded", "failed", "cancelled"].includes(job.state);
  const change = (verb) => async () => {
    put(await json(path("jobs", job.id, verb), { method: "POST" }));
    changed();
  };
  replace(place,
    job.state === "running" ? actionButton("Pause", change("pause")) : null,
    job.state === "paused" ? actionButton("Resume", change("resume"), { isMain: true }) : null,
    hasEnded ? null : actionButton("Cancel", async () => {
      if (await confirm(`Cancel job ${job.id}?`, "It ends without a version, and can't go on.", "Cancel the job")) await change("cancel")();
    }),
    hasEnded && job.kind === "training" ? whereKnown("/jobs/{id}/fork", "Fork", () => fork(job)) : null,
    job.state === "succeeded" && job.kind === "training" ? whereKnown("/jobs/{id}/replay", "Replay", () => replay(job)) : null,
    hasEnded ? actionButton("Delete", async () => {
      if (!await confirm(`Delete job ${job.id}?`, "Its history goes with it; versions that it made stay.", "Delete the job")) return;
      leaving();
      await send(path("jobs", job.id), { method: "DELETE" });
      drop(job.id);
      go(["jobs"]);
    }) : null);
}

/** A button that is only there where the server knows the route, which its description tells. */
function whereKnown(route, text, work) {
  const spot = h("span", { hidden: true });
  knowsRoute(route).then((knows) => {
    if (!knows) return;
    spot.append(actionButton(text, work));
    spot.hidden = false;
  }, () => {});
  return spot;
}

/** Trains it again, to see whether the weights are the same. */
async function replay(job) {
  const made = await json(path("jobs", job.id, "replay"), { method: "POST" });
  put(made);
  go(["jobs", made.id]);
}

async function fork(job) {
  const epoch = h("input", { type: "number", id: "fork-epoch", min: "1", placeholder: "the newest that was kept" });
  const epochs = h("input", { type: "number", id: "fork-epochs", min: "1", value: job.options.epochs ?? "" });
  const body = await openDialog(`Fork job ${job.id}`, (close) => h("form", {
    on: {
      submit: (event) => {
        event.preventDefault();
        close({ ...(epoch.value ? { epoch: Number(epoch.value) } : {}), ...(epochs.value ? { epochs: Number(epochs.value) } : {}) });
      },
    },
  }, h("p.quiet", {}, "A new job goes on from a kept checkpoint of this one."),
  h("label", { for: "fork-epoch" }, "From epoch", epoch), h("label", { for: "fork-epochs" }, "Epochs in all", epochs),
  h("div.row.end", {}, h("button.main", { type: "submit" }, "Fork"))));
  if (!body) return;
  const made = await json(path("jobs", job.id, "fork"), { method: "POST", body });
  put(made);
  go(["jobs", made.id]);
}
