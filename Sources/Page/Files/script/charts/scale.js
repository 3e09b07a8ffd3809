/**
 * From numbers to places on the screen, linear or logarithmic. Pure.
 * @module
 */

/**
 * A scale.
 *
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @param {boolean} [isLog]
 * @returns {{place: function(number): number, value: function(number): number, domain: [number, number], isLog: boolean}}
 */
export function makeScale(domain, range, isLog = false) {
  const [low, high] = isLog ? domain.map(Math.log10) : domain;
  const span = high - low || 1;
  const width = range[1] - range[0];
  return {
    domain,
    isLog,
    place: (value) => range[0] + ((isLog ? Math.log10(value) : value) - low) / span * width,
    value: (place) => {
      const number = low + (place - range[0]) / (width || 1) * span;
      return isLog ? 10 ** number : number;
    },
  };
}

/**
 * The least and the greatest of some numbers, those that can't be drawn left out, with a little room.
 *
 * @param {Iterable<?number>} values
 * @param {boolean} [isLog]
 * @returns {{domain: [number, number], dropped: number}} `dropped` counts numbers that a logarithm has no place for.
 */
export function extent(values, isLog = false) {
  let low = Infinity;
  let high = -Infinity;
  let dropped = 0;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    if (isLog && value <= 0) {
      dropped += 1;
      continue;
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { domain: isLog ? [0.1, 1] : [0, 1], dropped };
  if (low === high) {
    const room = isLog ? 2 : Math.abs(low) * 0.05 || 0.5;
    return { domain: isLog ? [low / room, high * room] : [low - room, high + room], dropped };
  }
  if (isLog) {
    const room = (high / low) ** 0.04;
    return { domain: [low / room, high * room], dropped };
  }
  const room = (high - low) * 0.04;
  return { domain: [low - room, high + room], dropped };
}
