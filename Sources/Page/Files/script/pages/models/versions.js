/**
 * The versions of a model with their metrics, aliases, and what they came from.
 * @module
 */
import { json, path, send } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { ago, bytes, exact, fullTime, metric as metricText } from "../../core/format.js";
import { link } from "../../core/router.js";
import { actionButton, labelled } from "../../parts/controls.js";
import { confirm } from "../../parts/dialog.js";
import { download } from "../../parts/download.js";
import { Region } from "../../parts/region.js";
import { table } from "../../parts/table.js";

/**
 * The place of the versions.
 *
 * @param {Object} model
 * @param {URLSearchParams} query
 * @returns {HTMLElement}
 */
export function versionsPlace(model, query) {
  const region = new Region("Versions", { headless: true, height: "10rem" });
  const chosen = query.get("version");
  region.element.classList.add("bare");
  const reload = () => region.load(
    (signal) => Promise.all([json(`${path("models", model.name, "versions")}?limit=1000`, { signal }), json(path("models", model.name, "aliases"), { signal }), json("datasets", { signal })]),
    ([{ versions }, { aliases }, { datasets }]) => {
      if (!versions.length) {
        region.empty("Not trained yet.");
        return null;
      }
      return [versionsTable(model, versions, datasets, chosen, reload), aliasPlace(model, aliases, versions, reload), differencePlace(model, versions, query)];
    },
  );
  reload();
  return region.element;
}

/** Made when it is asked for: it reads the weights. */
function differencePlace(model, versions, query) {
  const place = h("div", {});
  const open = async () => place.replaceChildren((await import("./kernels.js")).versionDifference(model, versions, query));
  if (query.has("minus")) open();
  else place.append(h("button", { type: "button", on: { click: open } }, "Difference of two versions"));
  return place;
}

function versionsTable(model, versions, datasets, chosen, reload) {
  const names = [...new Set(versions.flatMap((version) => Object.entries(version.metrics)
    .filter(([name, value]) => typeof value === "number" && !name.startsWith("val_")).map(([name]) => name)))].slice(0, 6);
  return table("Versions", [
    { title: "Version", cell: (version) => h("strong.number", { "aria-current": String(version.version) === chosen ? "true" : null },
      String(version.version), version.aliases.length ? ` ${version.aliases.join(", ")}` : "") },
    ...names.map((name) => ({
      title: name, number: true,
      cell: ({ metrics }) => (name in metrics ? h("span", { title: exact(metrics[name]) }, metricText(metrics[name])) : "–"),
    })),
    { title: "Job", number: true, cell: ({ job }) => (job ? h("a", { href: link(["jobs", job]) }, job) : "uploaded") },
    { title: "Data", cell: ({ dataset_sha256: digest }) => dataOf(datasets, digest) },
    { title: "From", number: true, cell: ({ parent }) => (parent === null ? "–" : parent === 0 ? "initial" : parent) },
    { title: "Weights", number: true, cell: (version) => downloadButton(model.name, version) },
    { title: "Made", cell: ({ created_at: at }) => h("time", { datetime: at, title: fullTime(at) }, ago(at)) },
    { title: "", cell: (version) => actionButton("Delete", async () => {
      if (!await confirm(`Delete version ${version.version}?`, "Its weights are gone then.", "Delete the version")) return;
      await send(path("models", model.name, "versions", version.version), { method: "DELETE" });
      reload();
    }) },
  ], versions);
}

/** The dataset that has what a version was trained on, if it is still as it was then. */
function dataOf(datasets, digest) {
  if (!digest) return "–";
  const found = datasets.find((one) => one.sha256 === digest);
  return found ? h("a", { href: link(["datasets", found.name]) }, h("bdi", {}, found.name))
    : h("span.quiet", { title: `SHA-256 ${digest}` }, "not stored as it was");
}

function downloadButton(model, version) {
  return actionButton(bytes(version.bytes), async () => {
    const response = await send(`${path("models", model, "weights")}?version=${version.version}`, { headers: { Accept: "*/*" } });
    download(await response.blob(), `${model}-${version.version}.safetensors`);
  }, { isRead: true });
}

function aliasPlace(model, aliases, versions, reload) {
  const name = h("input.short", { type: "text", id: "alias", autocomplete: "off" });
  const version = h("select", { id: "alias-version" }, versions.map((one) => h("option", {}, String(one.version))));
  const at = (alias, ...rest) => path("models", model.name, "aliases", alias, ...rest);
  return h("div", {}, h("h3", {}, "Aliases"),
    aliases.length ? table("Aliases", [
      { title: "Alias", cell: (alias) => h("bdi", {}, alias.alias) },
      { title: "Version", number: true, cell: (alias) => alias.version },
      { title: "Before", number: true, cell: (alias) => alias.previous ?? "–" },
      { title: "", cell: (alias) => h("span.row", {},
        actionButton("Roll back", async () => { await send(at(alias.alias, "rollback"), { method: "POST" }); reload(); }),
        actionButton("Remove", async () => { await send(at(alias.alias), { method: "DELETE" }); reload(); })) },
    ], aliases) : h("p.quiet", {}, "None yet. An alias is a name that predictions ask for, and that moves from version to version."),
    h("div.row.fields", {}, labelled("Alias", name), labelled("Version", version), actionButton("Set", async () => {
      if (!name.value.trim()) return name.focus();
      await send(at(name.value.trim()), { method: "PUT", body: { version: Number(version.value) } });
      reload();
    })));
}

