/**
 * The curves of one row of a series, small, with their least and greatest number.
 * @module
 */
import { metric as metricText } from "../core/format.js";
import { lookOf, themeColor } from "./palette.js";
import { extent, makeScale } from "./scale.js";

/**
 * Draws curves over a common axis.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {(?number)[][]} curves One a channel.
 */
export function drawSeries(canvas, curves) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth || 160, canvas.clientHeight || 84];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const { domain } = extent(curves.flat());
  const x = makeScale([0, curves[0].length - 1], [2, width - 3]);
  const y = makeScale(domain, [height - 3, 3]);
  context.lineWidth = 1.4;
  curves.forEach((values, channel) => {
    const look = lookOf(channel);
    context.strokeStyle = curves.length === 1 ? themeColor("run") : look.color;
    context.setLineDash(curves.length === 1 ? [] : look.dash);
    context.beginPath();
    let isDown = false;
    values.forEach((value, index) => {
      if (!Number.isFinite(value)) isDown = false;
      else if (isDown) context.lineTo(x.place(index), y.place(value));
      else {
        context.moveTo(x.place(index), y.place(value));
        isDown = true;
      }
    });
    context.stroke();
  });
  const finite = curves.flat().filter(Number.isFinite);
  if (!finite.length) return;
  context.font = "10px system-ui, sans-serif";
  context.fillStyle = themeColor("text");
  context.textBaseline = "top";
  context.fillText(metricText(finite.reduce((a, b) => Math.max(a, b))), 2, 1);
  context.textBaseline = "bottom";
  context.fillText(metricText(finite.reduce((a, b) => Math.min(a, b))), 2, height - 1);
}
