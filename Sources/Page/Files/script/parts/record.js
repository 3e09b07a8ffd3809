/**
 * A recording from the microphone, as a WAV file.
 * @module
 */
import { h, setText } from "../core/dom.js";

/**
 * A button that records; disabled, and saying why, where the browser lets no page listen.
 *
 * @param {function(Blob): void} take
 * @returns {HTMLElement}
 */
export function recordButton(take) {
  const may = Boolean(navigator.mediaDevices?.getUserMedia);
  const fault = h("span.fault", { role: "alert" });
  let recorder = null;
  const button = h("button", {
    type: "button", disabled: !may, title: may ? null : "Browsers let pages listen only over HTTPS or on this machine",
  }, "Record");
  button.addEventListener("click", async () => {
    if (recorder) return recorder.stop();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const pieces = [];
      recorder = new MediaRecorder(stream);
      recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
      recorder.addEventListener("stop", async () => {
        for (const track of stream.getTracks()) track.stop();
        recorder = null;
        setText(button, "Record");
        take(await wav(new Blob(pieces)));
      });
      recorder.start();
      setText(button, "Stop");
    } catch (error) {
      setText(fault, error.message);
    }
  });
  return h("span.row", {}, button, fault);
}

/** Decodes what the browser recorded, and writes it as 16 bit PCM (RIFF WAVE) of one channel. */
async function wav(blob) {
  const context = new AudioContext();
  const sound = await context.decodeAudioData(await blob.arrayBuffer());
  await context.close();
  const samples = sound.getChannelData(0);
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, word) => [...word].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sound.sampleRate, true);
  view.setUint32(28, 2 * sound.sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) => view.setInt16(44 + 2 * index, Math.min(Math.max(sample, -1), 1) * 32767, true));
  return new Blob([view], { type: "audio/wav" });
}
