/**
 * One model tried.
 * @module
 */
import { json, path } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { count } from "../../core/format.js";
import { go, link, set } from "../../core/router.js";
import { aimedLink, labelled } from "../../parts/controls.js";
import { inputsOf, makersOf } from "../../parts/input/inputs.js";
import { originOf } from "../../parts/origin.js";
import { Region } from "../../parts/region.js";
import { AnswerRegion } from "./answer.js";

/**
 * @param {HTMLElement} root
 * @param {string} name
 * @param {import("../../core/router.js").Address} address
 * @param {{head: HTMLElement}} shell
 * @returns {function(): void}
 */
export function openTrial(root, name, { query }, { head }) {
  const region = new Region("Input", { height: "18rem" });
  const answer = new AnswerRegion(name);
  const place = h("div.columns.trial", {}, region.element, answer.element);
  root.append(place);
  const closers = [() => region.close(), () => answer.close()];
  choices(head, name, query, (version) => { answer.version = version; answer.ask(); });
  answer.version = versionOf(query.get("version"));
  region.load(async (signal) => {
    const model = await json(path("models", name), { signal });
    const [origin, makers] = await Promise.all([originOf(model, signal), makersOf(model)]);
    return { model, origin, makers };
  }, ({ model, origin, makers }) => {
    if (!model.version && !query.get("version")) {
      region.empty("This model is not trained yet; its answers would be chance.", h("a.button", { href: link(["models", name]) }, "To the model"));
      return null;
    }
    if (writesOn(model)) {
      import("./generate.js").then(({ generation }) => {
        const generator = generation(model, () => answer.version, origin.dataset);
        place.before(generator.element);
        closers.push(generator.close);
      });
    }
    const input = inputsOf(makers, model, origin, () => answer.ask());
    answer.read = input.read;
    answer.ask();
    // What is drawn or typed is remembered; a row and a version go along in the address.
    const inside = aimedLink("Look inside", () => {
      const row = input.sample()?.row;
      return link(["inside", name], { row: row && `${row.dataset}:${row.part}:${row.index}`, version: answer.version });
    });
    return [input.element, h("p", {}, inside)];
  });
  return () => { for (const close of closers) close(); };
}

/** As a request has it: a number, an alias, or a kept epoch; null for the newest. */
const versionOf = (text) => (text ? (/^\d+$/.test(text) ? Number(text) : text) : null);

/** Whether a model was trained to say what comes next. */
function writesOn({ definition, output_shape: output }) {
  return definition.compile?.shift === 1 || Array.isArray(output) && output.length === 2 && (definition.layers ?? []).some((layer) => layer.type === "TextVectorization");
}

async function choices(head, name, query, choose) {
  const [{ models }, { versions }] = await Promise.all([json("models"), json(`${path("models", name, "versions")}?limit=200`)])
    .catch(() => [{ models: [] }, { versions: [] }]);
  const model = h("select", { on: { change: () => go(["try", model.value]) } },
    models.filter((one) => one.version > 0 || one.name === name).map((one) => h("option", { value: one.name, selected: one.name === name }, one.name)));
  const wanted = query.get("version") ?? "";
  const version = h("select", { on: { change: () => { set({ version: version.value }); choose(versionOf(version.value)); } } },
    h("option", { value: "" }, versions.length ? `newest (${count(versions[0].version)})` : "newest"),
    versions.map((one) => h("option", { value: String(one.version), selected: String(one.version) === wanted }, `${one.version}${one.aliases.length ? ` ${one.aliases.join(", ")}` : ""}`)));
  if (wanted && version.value !== wanted) version.append(h("option", { value: wanted, selected: true }, wanted));
  head.append(h("div.actions.row.fields", {}, labelled("Model", model), labelled("Version", version)));
}
