/**
 * Text that goes on, token by token.
 * @module
 */
import { json, path, send } from "../../core/api.js";
import { cut } from "../../core/events.js";
import { h, replace } from "../../core/dom.js";
import { Form } from "../../parts/form.js";
import { problemBox, Region } from "../../parts/region.js";

/**
 * The region that generates.
 *
 * @param {Object} model
 * @param {function(): ?number} version
 * @param {?Object} dataset What it was trained on, whose first words are a beginning.
 * @returns {{element: HTMLElement, close: function(): void}}
 */
export function generation(model, version, dataset) {
  const region = new Region("Go on", { height: "8rem" });
  const output = h("p.generated", { "aria-live": "off" });
  const note = h("p.note.number", { role: "status" });
  const form = new Form([
    { pointer: "/inputs", label: "Begins with", kind: "text" },
    { pointer: "/parameters/max_new_tokens", label: "Tokens", kind: "integer", value: "100" },
    { pointer: "/parameters/temperature", label: "Temperature", kind: "number", value: "0.8" },
    { pointer: "/parameters/top_k", label: "Best of", kind: "integer", value: "20" },
    { pointer: "/parameters/seed", label: "Seed", kind: "integer" },
  ], () => form.showFaults(null));
  let controller = null;
  suggestBeginning(form.control("/inputs"), dataset);
  const start = h("button.main", { type: "submit" }, "Generate");
  const stop = h("button", { type: "button", disabled: true, on: { click: () => controller?.abort() } }, "Stop");

  async function run(event) {
    event.preventDefault();
    controller?.abort();
    const mine = controller = new AbortController();
    const body = form.body;
    body.parameters = { do_sample: true, ...body.parameters };
    replace(output, h("span.quiet", {}, body.inputs ?? ""));
    replace(note);
    stop.disabled = false;
    try {
      await stream({ model: model.name, ...(version() === null ? {} : { version: version() }), inputs: "", ...body, stream: true }, mine.signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      form.showFaults(error, true);
      if (!error.errors?.length) output.after(problemBox(error));
    } finally {
      if (controller === mine) stop.disabled = true;
    }
  }

  async function stream(body, signal) {
    const response = await send("generate", { method: "POST", body, headers: { Accept: "text/event-stream" }, signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const found = cut(rest + value);
      rest = found.rest;
      for (const { data } of found.events) {
        const { token, details } = JSON.parse(data);
        if (token) output.append(token.text ?? `${token.id} `);
        if (details) replace(note, `${details.generated_tokens} tokens, ended by ${details.finish_reason}${details.seed === undefined ? "" : `, seed ${details.seed}`}`);
      }
    }
  }

  region.data(h("form", { on: { submit: run } }, form.element, h("div.row", {}, start, stop), output, note));
  return { element: region.element, close: () => { controller?.abort(); region.close(); } };
}

/** The first words of the text that was learned from. */
async function suggestBeginning(field, dataset) {
  const column = dataset?.columns.find((one) => one.type === "text");
  if (!column) return;
  const page = await json(`${path("datasets", dataset.name, "rows")}?limit=1&columns=${encodeURIComponent(column.name)}`).catch(() => null);
  const text = page?.rows[0]?.values[column.name];
  if (typeof text === "string" && field.value === "") field.value = text.slice(0, 16);
}
