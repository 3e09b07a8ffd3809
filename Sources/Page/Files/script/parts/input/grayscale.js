/**
 * A picture as what is drawn on a board.
 * @module
 */

/**
 * A picture as numbers from 0 to 1, light on dark as boards are drawn; one on a light ground is turned over.
 *
 * @param {Blob} file
 * @param {number} width
 * @param {number} height
 * @returns {Promise<number[]>}
 */
export async function grayscale(file, width, height) {
  const bitmap = await createImageBitmap(file);
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const tones = Array.from({ length: width * height }, (_, index) => (
    (0.299 * data[4 * index] + 0.587 * data[4 * index + 1] + 0.114 * data[4 * index + 2]) / 255 * (data[4 * index + 3] / 255)));
  const corners = [0, width - 1, width * (height - 1), width * height - 1].map((at) => tones[at]);
  return corners.filter((tone) => tone > 0.5).length > 2 ? tones.map((tone) => 1 - tone) : tones;
}
