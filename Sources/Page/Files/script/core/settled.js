/**
 * What waits until typing rests.
 * @module
 */

/**
 * Calls a function when nothing more has come for a while.
 *
 * @param {number} milliseconds
 * @param {function(): void} work
 * @returns {function(): void}
 */
export function settled(milliseconds, work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
