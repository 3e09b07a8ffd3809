/**
 * Arrays as a file of safetensors has them. Pure.
 * @module
 */

/**
 * Reads a file of 32-bit floats.
 *
 * @param {ArrayBuffer} buffer Eight bytes with the length of its header, the header as JSON, the numbers.
 * @returns {Map<string, {shape: number[], values: Float32Array}>}
 */
export function readSafetensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const found = new Map();
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (dtype !== "F32") continue;
    const [from, to] = offsets.map((offset) => 8 + length + offset);
    found.set(name, { shape, values: new Float32Array(buffer.slice(from, to)) });
  }
  return found;
}
