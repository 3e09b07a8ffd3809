/**
 * From the schemas of a server's description (OpenAPI 3.1) to the fields of a form. Pure.
 * @module
 */

/**
 * All that a value may be: the alternatives of a schema, references followed, without null.
 *
 * @param {Object} schema
 * @param {Object<string, Object>} known The schemas by name.
 * @returns {Object[]}
 */
export function alternatives(schema, known) {
  if (schema.$ref) return alternatives(known[schema.$ref.split("/").pop()] ?? {}, known);
  const inner = schema.anyOf ?? schema.oneOf;
  if (inner && !schema.properties) return inner.flatMap((one) => alternatives(one, known));
  return schema.type === "null" ? [] : [schema];
}

/**
 * The names of an enumeration, each once however it is written: `adam` and `Adam` are one.
 *
 * @param {string[]} names
 * @returns {string[]}
 */
export function distinct(names) {
  const found = new Map();
  for (const name of names) {
    const key = name.toLowerCase().replaceAll("_", "");
    if (!found.has(key)) found.set(key, name);
  }
  return [...found.values()];
}

/**
 * The fields of an object's members, in the schema's order; those of an object within it one by one.
 *
 * @param {Object} schema
 * @param {Object<string, Object>} known The schemas by name.
 * @param {{skips?: string[], at?: string}} [options] `skips` are pointers that the form has otherwise.
 * @returns {import("./form.js").Field[]}
 */
export function fieldsOf(schema, known, { skips = [], at = "" } = {}) {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const pointer = `${at}/${name}`;
    if (skips.includes(pointer)) return [];
    const choices = alternatives(member, known);
    const hint = hintOf(member, choices);
    const field = { pointer, label: labelOf(at, name), hint, value: "" };
    if (choices.length === 1 && choices[0].properties && !at) return fieldsOf(choices[0], known, { skips, at: pointer });
    return [{ ...field, ...kindOf(member, choices) }];
  });
}

/** What a field is by the alternatives of its schema. */
function kindOf(member, choices) {
  const [first] = choices;
  if (choices.some((one) => one.enum) && choices.every((one) => one.enum || one.type === "object" || one.type === "array")) {
    const names = distinct(choices.flatMap((one) => one.enum ?? []));
    return { kind: "select", options: [["", member.default === undefined ? "–" : `${member.default} (default)`], ...names] };
  }
  if (choices.length !== 1) return { kind: choices.some((one) => ["string", "integer", "number"].includes(one.type) || one.const) ? "word" : "json" };
  if (first.type === "boolean") {
    const standard = member.default ?? first.default;
    return { kind: "boolean", options: [["", standard === undefined ? "–" : `${standard ? "yes" : "no"} (default)`], ["true", "yes"], ["false", "no"]] };
  }
  if (first.type === "integer" || first.type === "number") return { kind: first.type };
  return { kind: first.type === "string" ? "text" : "json" };
}

/** What a schema says of its values: its description, bounds and default. */
function hintOf(member, choices) {
  const words = [];
  for (const one of choices) {
    const low = one.minimum ?? one.exclusiveMinimum;
    const high = one.maximum ?? one.exclusiveMaximum;
    if (one.const !== undefined) words.push(JSON.stringify(one.const));
    else if (low !== undefined && high !== undefined && high < 2 ** 53 - 1) {
      words.push(`${one.exclusiveMinimum === undefined ? "" : "above "}${low} to ${one.exclusiveMaximum === undefined ? "" : "below "}${high}`);
    } else if (low !== undefined) words.push(one.exclusiveMinimum === undefined ? `at least ${low}` : `above ${low}`);
  }
  const standard = member.default ?? choices[0]?.default;
  const isShown = standard !== undefined && choices[0]?.type !== "boolean" && !choices.some((one) => one.enum);
  return [member.description, [words.join(" or "), isShown ? `default ${JSON.stringify(standard)}` : ""].filter(Boolean).join(", ")]
    .filter(Boolean).join("; ");
}

function labelOf(at, name) {
  const words = (text) => text.replaceAll("_", " ");
  const text = at ? `${words(at.slice(1))}: ${words(name)}` : words(name);
  return text[0].toUpperCase() + text.slice(1);
}
