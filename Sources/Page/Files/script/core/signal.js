/**
 * What tells of changes: a value, and a wait until no more of them come.
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

/**
 * A value that tells when it changes.
 * @template Value
 */
export class Signal {
  #value;
  #listeners = new Set();

  /** @param {Value} value */
  constructor(value) {
    this.#value = value;
  }

  /** @returns {Value} */
  get value() {
    return this.#value;
  }

  set value(next) {
    if (next === this.#value) return;
    this.#value = next;
    this.notify();
  }

  /** Tells everybody, also where the value is the same object as before. */
  notify() {
    for (const listener of [...this.#listeners]) listener(this.#value);
  }

  /**
   * Calls a listener at each change.
   *
   * @param {function(Value): void} listener
   * @returns {function(): void} Ends it.
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
