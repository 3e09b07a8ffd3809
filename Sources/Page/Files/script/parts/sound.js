/**
 * A sound as its wave form, with a button that plays it.
 * @module
 */
import { themeColor } from "../charts/palette.js";
import { send } from "../core/api.js";
import { h, replace, setText } from "../core/dom.js";
import { duration } from "../core/format.js";

/** Longer files are read when they are played, not before. */
const most = 4 * 2 ** 20;

/**
 * @param {{href: string, media_type: string, bytes: number}} value
 * @param {string} name
 * @returns {HTMLElement}
 */
export function soundOf(value, name) {
  const canvas = h("canvas.wave", { role: "img", "aria-label": `Wave form of ${name}` });
  const button = h("button.small", { type: "button", "aria-label": `Play ${name}` }, "Play");
  const place = h("div.sound", {}, canvas, button);
  let audio = null;
  let peaks = null;
  const redraw = () => drawWave(canvas, peaks, audio && audio.duration ? audio.currentTime / audio.duration : 0);
  const fail = (error) => replace(place, h("span.fault", { role: "alert" }, `${name}: ${error.message}`));

  async function read() {
    if (audio) return;
    const bytes = await fetchBytes(value.href);
    audio = new Audio(URL.createObjectURL(new Blob([bytes], { type: value.media_type })));
    audio.addEventListener("timeupdate", redraw);
    for (const event of ["play", "pause", "ended"]) {
      audio.addEventListener(event, () => {
        setText(button, audio.paused ? "Play" : "Pause");
        button.setAttribute("aria-label", `${button.textContent} ${name}`);
        redraw();
      });
    }
    const sound = await new OfflineAudioContext(1, 1, 44_100).decodeAudioData(bytes.slice(0)).catch(() => null);
    if (!sound) return;
    peaks = peaksOf(sound.getChannelData(0), 120);
    canvas.setAttribute("aria-label", `Wave form of ${name}: ${duration(sound.duration)}, loudest ${Math.max(...peaks.map(([low, high]) => Math.max(-low, high))).toFixed(2)} of 1`);
    redraw();
  }

  button.addEventListener("click", async () => {
    try {
      await read();
      if (audio.paused) await audio.play();
      else audio.pause();
    } catch (error) {
      fail(error);
    }
  });
  const sight = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting || value.bytes > most) return;
    sight.disconnect();
    read().catch(fail);
  });
  sight.observe(canvas);
  return place;
}

/**
 * The least and the greatest sample of each of so many stretches. Pure.
 *
 * @param {ArrayLike<number>} samples
 * @param {number} count
 * @returns {[number, number][]}
 */
export function peaksOf(samples, count) {
  const stretches = Math.min(count, samples.length);
  return [...Array(stretches)].map((_, index) => {
    let [low, high] = [Infinity, -Infinity];
    const end = Math.floor((index + 1) * samples.length / stretches);
    for (let at = Math.floor(index * samples.length / stretches); at < end; at += 1) {
      low = Math.min(low, samples[at]);
      high = Math.max(high, samples[at]);
    }
    return [low, high];
  });
}

function drawWave(canvas, peaks, played) {
  if (!peaks) return;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth || 160, canvas.clientHeight || 48];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const step = width / peaks.length;
  peaks.forEach(([low, high], index) => {
    context.fillStyle = themeColor(index / peaks.length < played ? "accent" : "run");
    const top = (1 - high) * height / 2;
    context.fillRect(index * step, top, Math.max(step - 0.5, 0.5), Math.max((high - low) * height / 2, 1));
  });
}

async function fetchBytes(href) {
  const response = await send(href.replace(/^\//, ""), { headers: { Accept: "*/*" } });
  return response.arrayBuffer();
}
