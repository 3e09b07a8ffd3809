/**
 * A curve as small as a word.
 * @module
 */
import { themeColor } from "./palette.js";
import { extent, makeScale } from "./scale.js";

/**
 * Draws numbers into a small canvas; their words stand beside it.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} values
 */
export function drawSpark(canvas, values) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth || 64, canvas.clientHeight || 20];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  if (values.length < 2) return;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const x = makeScale([0, values.length - 1], [2, width - 3]);
  const y = makeScale(extent(values).domain, [height - 2, 2]);
  context.strokeStyle = themeColor("run");
  context.lineWidth = 1.4;
  context.beginPath();
  values.forEach((value, index) => context.lineTo(x.place(index), y.place(value)));
  context.stroke();
}
