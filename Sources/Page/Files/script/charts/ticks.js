/**
 * Round numbers along an axis. Pure.
 * @module
 */

/**
 * Where an axis has its lines.
 *
 * @param {[number, number]} domain
 * @param {number} count About how many there is room for.
 * @param {boolean} [isLog]
 * @param {boolean} [isWhole] Whether only whole numbers mean something.
 * @returns {number[]}
 */
export function ticks([low, high], count, isLog = false, isWhole = false) {
  if (!(high > low)) return [low];
  return isLog && high / low >= 10 ? powers(low, high, count) : steps(low, high, count, isWhole);
}

function steps(low, high, count, isWhole) {
  const raw = (high - low) / Math.max(count, 1);
  const size = 10 ** Math.floor(Math.log10(raw));
  let step = size * ([1, 2, 5, 10].find((factor) => raw <= factor * size) ?? 10);
  if (isWhole) step = Math.max(1, Math.round(step));
  const digits = Math.max(0, -Math.floor(Math.log10(step)) + 1);
  const found = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    found.push(Number((index * step).toFixed(Math.min(digits, 20))));
  }
  return found;
}

function powers(low, high, count) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(count, 1)));
  const found = [];
  for (let power = first; power <= last; power += every) found.push(10 ** power);
  return found;
}
