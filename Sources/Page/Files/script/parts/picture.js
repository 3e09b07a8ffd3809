/**
 * Rows of data as what they are: small pictures of arrays, images, sounds, series, texts.
 * @module
 */
import { h } from "../core/dom.js";
import { send } from "../core/api.js";
import { drawSeries } from "../charts/series.js";
import { metric as metricText } from "../core/format.js";
import { soundOf } from "./sound.js";

/**
 * Draws an array `[height, width]` or `[height, width, channels]` pixel by pixel.
 *
 * @param {Array} values
 * @param {string} name
 * @returns {HTMLCanvasElement}
 */
export function arrayPicture(values, name) {
  const [height, width] = [values.length, values[0].length];
  const canvas = h("canvas", { width, height, role: "img", "aria-label": name });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const flat = values.flat(Infinity).filter((value) => value !== null);
  let [low, high] = [Infinity, -Infinity];
  for (const value of flat) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const tone = (value) => 255 * ((value ?? low) - low) / (high - low || 1);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const pixel = values[y][x];
      const channels = Array.isArray(pixel) ? pixel : [pixel];
      const at = 4 * (y * width + x);
      for (let channel = 0; channel < 3; channel += 1) image.data[at + channel] = tone(channels[channels.length < 3 ? 0 : channel]);
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * Whether a value is a picture's numbers.
 *
 * @param {*} value
 * @returns {boolean}
 */
export function isPicture(value) {
  if (!Array.isArray(value) || value.length < 2 || !Array.isArray(value[0]) || value[0].length < 2) return false;
  // A long list of a few numbers is a series of several channels.
  if (value[0].length <= 4 && value.length > 2 * value[0].length && typeof value[0][0] === "number") return false;
  const pixel = value[0][0];
  return typeof pixel === "number" || Array.isArray(pixel) && [1, 3, 4].includes(pixel.length) && typeof pixel[0] === "number";
}

/**
 * A row's most telling value as something to look at; null where it has none.
 *
 * @param {{row: number, values: Object<string, *>}} row
 * @param {string} dataset
 * @returns {?HTMLElement}
 */
export function thumbnail(row, dataset) {
  for (const [column, value] of Object.entries(row.values)) {
    const shown = pictureOf(value, `${column} of row ${row.row} of ${dataset}`);
    if (shown) return shown;
  }
  return null;
}

/**
 * A value of a row as something to look at, or to hear; null for a number or a word.
 *
 * @param {*} value
 * @param {string} name
 * @returns {?HTMLElement}
 */
export function pictureOf(value, name) {
  if (isPicture(value)) return arrayPicture(value, name);
  if (value?.href && value.media_type?.startsWith("image/")) return fetchedImage(value, name);
  if (value?.href && value.media_type?.startsWith("audio/")) return soundOf(value, name);
  const curves = curvesOf(value);
  if (!curves) return null;
  const finite = curves.flat().filter(Number.isFinite);
  const [low, high] = [finite.reduce((a, b) => Math.min(a, b), Infinity), finite.reduce((a, b) => Math.max(a, b), -Infinity)];
  const several = curves.length > 1 ? `${curves.length} curves` : "a series";
  const said = finite.length ? `from ${metricText(low)} to ${metricText(high)}` : "of no numbers";
  const canvas = h("canvas.wide", { role: "img", "aria-label": `${name}: ${several} of ${value.length} steps, ${said}` });
  requestAnimationFrame(() => drawSeries(canvas, curves));
  return canvas;
}

/**
 * A series as its curves, one a channel; null for what is none. Pure.
 *
 * @param {*} value `[steps]`, or `[steps, channels]` of few channels.
 * @returns {?(?number)[][]}
 */
export function curvesOf(value) {
  if (!Array.isArray(value) || value.length <= 3) return null;
  const isNumber = (one) => one === null || typeof one === "number";
  if (value.every(isNumber)) return [value];
  const channels = value[0]?.length;
  if (!(channels > 0 && channels <= 8) || !value.every((step) => step?.length === channels && step.every(isNumber))) return null;
  return [...Array(channels)].map((_, channel) => value.map((step) => step[channel]));
}

/** Fetched, since an `img` can't show a token. */
function fetchedImage(value, name) {
  const image = h("img", { alt: name, loading: "lazy" });
  fetchBlob(value.href).then((address) => {
    image.addEventListener("load", () => URL.revokeObjectURL(address), { once: true });
    image.src = address;
  }, () => { image.alt = `${name} could not be loaded`; });
  return image;
}

async function fetchBlob(href) {
  const response = await send(href.replace(/^\//, ""), { headers: { Accept: "*/*" } });
  return URL.createObjectURL(await response.blob());
}
