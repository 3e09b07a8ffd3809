/**
 * A text as its layer cuts it into tokens. Pure.
 * @module
 */

/**
 * The tokens of a text as a layer cuts it, one a step; null where they can't be told from here.
 *
 * @param {{definition: Object, type: string}[]} layers
 * @param {*} instance
 * @param {number} steps
 * @returns {?string[]} A step that is filled up is "–".
 */
export function tokensOf(layers, instance, steps) {
  const text = typeof instance === "string" ? instance
    : instance && typeof instance === "object" ? Object.values(instance).filter((value) => typeof value === "string").at(0) : undefined;
  const layer = layers.find(({ type }) => type === "TextVectorization")?.definition;
  if (text === undefined || !layer || layer.ngrams || (layer.output_mode ?? "int") !== "int") return null;
  const plain = standardized(text, layer.standardize);
  if (plain === null) return null;
  const tokens = layer.split === "character" ? [...plain] : layer.split === "whitespace" || layer.split === undefined ? plain.split(/\s+/).filter(Boolean) : null;
  if (!tokens || tokens.length !== steps && !layer.output_sequence_length) return null;
  return Array.from({ length: steps }, (_, step) => tokens[step] ?? "–");
}

function standardized(text, how) {
  const stripped = (words) => words.replaceAll(/[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g, "");
  switch (how) {
    case "lower": return text.toLowerCase();
    case "strip_punctuation": return stripped(text);
    case "lower_and_strip_punctuation": return stripped(text.toLowerCase());
    case null: case undefined: return text;
    default: return null;
  }
}
