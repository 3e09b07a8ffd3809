/**
 * How a job is told from others: colour, dash and mark are a function of its id, the same on every page. Pure but for the theme.
 * @module
 */

const dashes = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
const dashNames = ["solid", "dashed", "dotted", "dash-dotted"];
const marks = ["circle", "square", "diamond", "triangle", "cross"];

/**
 * @typedef {Object} Look
 * @property {string} color
 * @property {number[]} dash
 * @property {string} dashName
 * @property {string} mark
 */

/**
 * The look of a job.
 *
 * @param {string|number} id
 * @param {?string} [chosen] A colour that a person has chosen for it.
 * @returns {Look}
 */
export function lookOf(id, chosen = null) {
  const number = Number(id) || [...String(id)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7);
  const { lightness, chroma } = tone();
  // The golden angle: neighbours in number are far apart in hue.
  const hue = (number * 137.508 + 100) % 360;
  return {
    color: chosen ?? `oklch(${lightness} ${chroma} ${hue.toFixed(1)})`,
    dash: dashes[number % dashes.length],
    dashName: dashNames[number % dashes.length],
    mark: marks[number % marks.length],
  };
}

function tone() {
  const style = getComputedStyle(document.documentElement);
  return {
    lightness: style.getPropertyValue("--mark-lightness").trim() || "0.5",
    chroma: style.getPropertyValue("--mark-chroma").trim() || "0.15",
  };
}

/**
 * A colour of the theme, for a canvas.
 *
 * @param {string} name Such as `text`.
 * @returns {string}
 */
export const themeColor = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/**
 * Blue, ground, orange: where a number lies between −1 and 1.
 *
 * @param {number} share
 * @returns {[number, number, number]}
 */
export function diverging(share) {
  const size = Math.min(Math.abs(share), 1);
  const end = share < 0 ? [24, 92, 190] : [200, 92, 10];
  return end.map((part) => Math.round(248 + (part - 248) * size));
}

/**
 * Draws a mark.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {string} mark
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
export function drawMark(context, mark, x, y, size) {
  context.beginPath();
  if (mark === "circle") context.arc(x, y, size, 0, 2 * Math.PI);
  else if (mark === "square") context.rect(x - size, y - size, 2 * size, 2 * size);
  else if (mark === "diamond") polygon(context, [[x, y - size * 1.3], [x + size * 1.3, y], [x, y + size * 1.3], [x - size * 1.3, y]]);
  else if (mark === "triangle") polygon(context, [[x, y - size * 1.2], [x + size * 1.2, y + size], [x - size * 1.2, y + size]]);
  else {
    context.rect(x - size, y - size / 3, 2 * size, size * 0.66);
    context.rect(x - size / 3, y - size, size * 0.66, 2 * size);
  }
  context.fill();
}

function polygon(context, points) {
  points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}
