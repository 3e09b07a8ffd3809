/**
 * Elements made of text, never of markup: what people typed and servers repeat stays text.
 * @module
 */

/**
 * Makes an element.
 *
 * @param {string} name The tag, perhaps with classes: `div.panel.wide`.
 * @param {Object<string, *>} [properties] Attributes; `on` has listeners, `style` has values for the CSSOM; what is false,
 *   null or undefined is left out.
 * @param {...*} children Texts, nodes, arrays of them; null and false are left out.
 * @returns {HTMLElement}
 */
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElement(tag), classes, properties, children);
}

/**
 * Makes an element of SVG, as `h` does.
 *
 * @param {string} name
 * @param {Object<string, *>} [properties]
 * @param {...*} children
 * @returns {SVGElement}
 */
export function svg(name, properties, ...children) {
  const [tag, ...classes] = name.split(".");
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), classes, properties, children);
}

/** What an element has as a property rather than an attribute. */
const live = new Set(["value", "checked", "disabled", "hidden", "selected", "tabIndex", "indeterminate", "multiple"]);

function fill(element, classes, properties, children) {
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (key === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (key === "style") {
      for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
    } else if (value === undefined || value === null || value === false) {
      continue;
    } else if (live.has(key) && key in element) {
      element[key] = value;
    } else {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

/**
 * Appends texts and nodes.
 *
 * @param {Node} element
 * @param {*} children
 */
export function append(element, children) {
  for (const child of Array.isArray(children) ? children : [children]) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child);
  }
}

/**
 * Puts other children in place of an element's own.
 *
 * @param {Element} element
 * @param {...*} children
 */
export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/**
 * Sets a text if it is another one, so that nothing is laid out anew.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

let count = 0;

/**
 * An id that no other element has.
 *
 * @returns {string}
 */
export function uniqueID() {
  return `id-${++count}`;
}

const styles = new Map();

/**
 * Loads a style sheet that few pages need, once.
 *
 * @param {string} name Such as `inside`.
 * @returns {Promise<void>} Kept also where it could not be loaded; the page can be read without.
 */
export function loadStyle(name) {
  if (!styles.has(name)) {
    styles.set(name, new Promise((resolve) => {
      const address = new URL(`../../style/${name}.css`, import.meta.url).href;
      document.head.append(h("link", { rel: "stylesheet", href: address, on: { load: resolve, error: resolve } }));
    }));
  }
  return styles.get(name);
}
