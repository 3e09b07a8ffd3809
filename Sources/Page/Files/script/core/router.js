/**
 * Addresses: the fragment of the one page there is, so that it works below any path and is never sent to a server.
 * @module
 */

/**
 * @typedef {Object} Address
 * @property {string[]} path The segments, decoded: `["jobs", "17"]`.
 * @property {URLSearchParams} query The settings.
 */

/**
 * Reads a fragment.
 *
 * @param {string} fragment As `location.hash` has it.
 * @returns {?Address} null for one that isn't an address of a page, such as `#main`.
 */
export function parse(fragment) {
  const text = fragment.replace(/^#/, "");
  if (text !== "" && !text.startsWith("/")) return null;
  const [path, query = ""] = split(text);
  const segments = path.split("/").filter((segment) => segment !== "").map(decoded);
  return { path: segments, query: new URLSearchParams(query) };
}

function split(text) {
  const mark = text.indexOf("?");
  return mark < 0 ? [text] : [text.slice(0, mark), text.slice(mark + 1)];
}

function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * The fragment of a page.
 *
 * @param {string[]} path
 * @param {Object<string, ?string|number>} [query] Settings; what is null or undefined is left out.
 * @returns {string}
 */
export function link(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return `#/${path.map(encodeURIComponent).join("/").replaceAll("%2C", ",")}${text ? `?${text}` : ""}`;
}

/**
 * Goes to another page.
 *
 * @param {string[]} path
 * @param {Object<string, ?string|number>} [query]
 */
export function go(path, query) {
  location.hash = link(path, query);
}

/**
 * Changes settings in the address of the page that is open, without opening it anew.
 *
 * @param {Object<string, ?string|number>} changes null takes a setting away.
 */
export function set(changes) {
  const address = parse(location.hash);
  if (!address) return;
  const query = Object.fromEntries(address.query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") delete query[key];
    else query[key] = value;
  }
  history.replaceState(null, "", link(address.path, query));
}
