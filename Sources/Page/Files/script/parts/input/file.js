/**
 * Inputs that are files: a picture, or a recording.
 * @module
 */
import { h } from "../../core/dom.js";
import { send } from "../../core/api.js";
import { dropField } from "../drop.js";

/**
 * @param {string} accept
 * @param {boolean} records Whether it can be recorded.
 * @param {function(): void} changed
 * @returns {import("./inputs.js").Input}
 */
export function fileField(accept, records, changed) {
  let bytes = null;
  const shown = h("div.row", {});
  const preview = (blob) => {
    const address = URL.createObjectURL(blob);
    shown.replaceChildren(records ? h("audio", { controls: true, src: address, "aria-label": "The sound" })
      : h("img.preview", { src: address, alt: "The picture", on: { load: () => URL.revokeObjectURL(address) } }));
  };
  const show = async (blob) => {
    bytes = base64(new Uint8Array(await blob.arrayBuffer()));
    preview(blob);
  };
  const use = async (blob) => { await show(blob); changed(); };
  const recording = h("div", { hidden: !records });
  if (records) import("../record.js").then(({ recordButton }) => recording.append(recordButton(use)), () => {});
  return {
    element: h("div.form", {}, dropField(use, { accept }), recording, shown),
    read: () => (bytes === null ? undefined : { b64: bytes }),
    take: async (value) => {
      if (typeof value?.b64 === "string") {
        bytes = value.b64;
        preview(new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))]));
      } else if (value?.href) {
        const response = await send(value.href.replace(/^\//, ""), { headers: { Accept: "*/*" } });
        await show(await response.blob());
      }
    },
    pick: (values) => Object.values(values).find((value) => value?.href),
  };
}

function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(binary);
}
