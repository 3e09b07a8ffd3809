/**
 * Rows of data as what they are: small pictures of arrays, images, sounds, series, texts.
 * @module
 */
import { h } from "../core/dom.js";
import { send } from "../core/api.js";
import { drawSpark } from "../charts/spark.js";

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
  if (value?.href && value.media_type?.startsWith("audio/")) return player(value, name);
  const isSeries = Array.isArray(value) && value.length > 3 && value.every((one) => typeof one === "number" || one?.length === 1);
  if (!isSeries) return null;
  const canvas = h("canvas.spark.wide", { role: "img", "aria-label": `${name}: a series of ${value.length}` });
  requestAnimationFrame(() => drawSpark(canvas, value.flat()));
  return canvas;
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

function player(value, name) {
  const place = h("div.player", {});
  const button = h("button.small", { type: "button", "aria-label": `Play ${name}` }, "Play");
  button.addEventListener("click", async () => {
    button.disabled = true;
    const audio = h("audio", { controls: true, "aria-label": name });
    audio.src = await fetchBlob(value.href);
    place.replaceChildren(audio);
    audio.play();
  });
  place.append(button);
  return place;
}

async function fetchBlob(href) {
  const response = await send(href.replace(/^\//, ""), { headers: { Accept: "*/*" } });
  return URL.createObjectURL(await response.blob());
}
