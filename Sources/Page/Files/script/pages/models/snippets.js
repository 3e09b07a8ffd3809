/**
 * Code that predicts with a model, in three languages.
 * @module
 */
import { h } from "../../core/dom.js";
import { code } from "../../parts/code.js";

/**
 * @param {Object} model
 * @returns {HTMLElement}
 */
export function predictionCode(model) {
  const base = new URL(".", location.href.split("#")[0]).href.replace(/\/$/, "");
  const body = JSON.stringify({ model: model.name, instances: ["INSTANCE"] }).replace('"INSTANCE"', example(model.input_shape));
  return h("div.form", {},
    code("curl", `curl ${base}/predict -H 'Content-Type: application/json' -d '${body.replaceAll("'", "'\\''")}'`),
    code("Python", `import json, urllib.request\n\nrequest = urllib.request.Request(\n    "${base}/predict", json.dumps(${python(body)}).encode(),\n    {"Content-Type": "application/json"})\nprint(json.load(urllib.request.urlopen(request))["predictions"])`),
    code("JavaScript", `const answer = await fetch("${base}/predict", {\n  method: "POST",\n  headers: { "Content-Type": "application/json" },\n  body: JSON.stringify(${body}),\n});\nconsole.log((await answer.json()).predictions);`),
    h("p.note", {}, "Where the server wants a token, send it as Authorization: Bearer TOKEN."));
}

function python(body) {
  return body.replaceAll(/\bnull\b/g, "None").replaceAll(/\btrue\b/g, "True").replaceAll(/\bfalse\b/g, "False");
}

/** An instance of that shape, cut short where it would fill the page. */
function example(shape) {
  if (!Array.isArray(shape)) {
    return `{${Object.entries(shape ?? {}).map(([name, one]) => `${JSON.stringify(name)}: ${example(one)}`).join(", ")}}`;
  }
  const build = (extents) => (extents.length ? `[${Array(Math.min(extents[0] ?? 3, 2)).fill(build(extents.slice(1))).join(", ")}${(extents[0] ?? 3) > 2 ? ", …" : ""}]` : "0");
  return build(shape);
}
