/**
 * What counts of an input, drawn as what the input is: over a picture, on the tokens of a text, along a series, as a table.
 * @module
 */
import { indexOf, meanPlane, planeOf, rangeOf, sumsOverLast, turned } from "../charts/arrays.js";
import { HeatMap } from "../charts/heat.js";
import { planeTable } from "../charts/planeTable.js";
import { signedBars } from "../charts/signed.js";
import { withTwin } from "../charts/twin.js";
import { h, replace, setText } from "../core/dom.js";
import { metric } from "../core/format.js";

/** Of a table with so many features each has a line. */
const mostLines = 40;

/** One picture with its title, the number at the mark below. */
export class Attribution {
  #array = null;
  #draw = "";

  /**
   * @param {string} title
   * @param {string} note What it shows, in a sentence.
   * @param {?function(number[]): void} [choose] Told of the index of an element that was chosen.
   */
  constructor(title, note, choose = null) {
    this.title = title;
    this.choose = choose;
    this.spoken = h("p.note.number", { role: "status" }, "\u00a0");
    this.place = h("div", {});
    this.below = h("div", {});
    const figure = withTwin(title, this.place, () => planeTable(title, this.heat.plane), null);
    // Bars and shaded words have their numbers beside them.
    this.twin = figure.querySelector("button");
    this.element = h("section.attribution", { "aria-label": title }, figure, h("p.note", {}, note), this.spoken, this.below);
  }

  /**
   * @param {{by: string, shape: number[], values: *, scores?: number[], labels?: string[]}} array
   * @param {{under?: ?import("../charts/arrays.js").Numbers, tokens?: ?string[], chosen?: ?number[]}} [options]
   *   `under` is the input, over which the numbers lie; `chosen` an element that is marked.
   */
  show(array, { under = null, tokens = null, chosen = null } = {}) {
    this.chosen = chosen;
    this.#array = array;
    const { shape } = array;
    const kind = this.#kindOf(shape, tokens);
    if (kind !== this.#draw) this.#build(kind);
    if (kind === "tokens") this.#tokens(array, tokens);
    else if (kind === "bars") {
      replace(this.place, signedBars(this.title, [...array.values].map((value, index) => ({
        label: array.labels?.[index] ?? `${array.by}${shape[0] > 1 ? `[${index}]` : ""}`, value, text: metric(value),
      }))));
    } else {
      const plane = this.#plane();
      const ground = under && under.shape.length === shape.length && kind === "picture" ? meanPlane(under) : null;
      const colors = this.isPlain && kind === "picture" && shape.length === 3 && shape[2] === 3 ? [0, 1, 2].map((channel) => planeOf(array, channel)) : null;
      const options = colors ? { colors } : ground && ground.values.length === plane.values.length && !this.isPlain ? { under: ground } : {};
      this.heat.show(plane, this.title, { ...options, range: { ...rangeOf(colors ? array.values : plane.values), isSigned: !this.isPlain } });
      this.#say(null);
      if (plane.values.every((value) => value === 0)) setText(this.spoken, "Zero everywhere.");
    }
  }

  #kindOf({ length: rank, 0: first }, tokens) {
    if (rank >= 3) return "picture";
    if (rank === 2) return tokens && !this.choose ? "tokens" : "steps";
    return this.choose || first > mostLines ? "row" : "bars";
  }

  /** Whether numbers are drawn in grey, as an input is. */
  isPlain = false;

  #build(kind) {
    this.#draw = kind;
    const isWide = kind === "steps" || kind === "row";
    this.heat = new HeatMap({
      height: isWide ? (kind === "row" ? 28 : 96) : 0, point: (at) => this.#say(at), choose: this.choose ? (at) => this.choose(this.#index(at)) : null,
    });
    this.twin.hidden = kind === "tokens" || kind === "bars";
    replace(this.place, this.twin.hidden ? null : this.heat.element);
  }

  /** Of a picture's channels the strongest, with its sign. */
  #plane() {
    const { shape, values } = this.#array;
    if (shape.length === 2) return turned(values, shape[0], shape[1]);
    if (shape.length < 3) return planeOf(this.#array);
    const channels = shape.at(-1);
    const plane = planeOf(this.#array, 0);
    if (channels === 1) return plane;
    for (let at = 0; at < plane.values.length; at += 1) {
      for (let channel = 1; channel < channels; channel += 1) {
        const value = values[at * channels + channel];
        if (Math.abs(value) > Math.abs(plane.values[at])) plane.values[at] = value;
      }
    }
    return plane;
  }

  #index([row, column]) {
    const { shape, values } = this.#array;
    if (shape.length < 2) return [column];
    if (shape.length === 2) return [column, row];
    const [channels, width] = [shape.at(-1), shape.at(-2)];
    let channel = 0;
    for (let one = 1; one < channels; one += 1) {
      if (Math.abs(values[(row * width + column) * channels + one]) > Math.abs(values[(row * width + column) * channels + channel])) channel = one;
    }
    return indexOf((row * width + column) * channels + channel, shape);
  }

  /** Where an element is drawn. */
  #placeOf(index) {
    const { shape } = this.#array;
    if (shape.length < 3) return { row: shape.length === 2 ? index[1] : 0, column: index[0] };
    return { row: index.slice(0, -2).reduce((sum, one, axis) => sum * shape[axis] + one, 0), column: index.at(-2) };
  }

  #say(at) {
    if (!at && this.chosen) this.heat.highlight(this.#placeOf(this.chosen));
    const index = at ? this.#index(at) : this.chosen;
    if (!index) return setText(this.spoken, "\u00a0");
    const { shape, values } = this.#array;
    const place = index.reduce((sum, one, axis) => sum * shape[axis] + one, 0);
    setText(this.spoken, `[${index.join(", ")}]: ${metric(values[place])}`);
  }

  #tokens(array, tokens) {
    const sums = array.scores ?? sumsOverLast(array);
    const most = Math.max(...sums.map(Math.abs), 0) || 1;
    replace(this.place, h("p.shaded", {}, tokens.map((token, step) => {
      const share = Math.abs(sums[step] ?? 0) / most;
      const shade = h(sums[step] < 0 ? "span.shade.less" : "span.shade", { "aria-hidden": "true", style: { opacity: (share * 0.6).toFixed(3) } });
      const value = metric(sums[step] ?? 0);
      return h("span.shaded-token", { title: `${token}: ${value}` }, shade, h("bdi", {}, token), h("span.visually-hidden", {}, ` ${value} `));
    })));
    const best = tokens.map((token, step) => ({ token, step, value: sums[step] ?? 0 })).sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 8);
    replace(this.below, signedBars(`${this.title}: the tokens that count most`, best.map(({ token, step, value }) => ({ label: `${token} (${step})`, value, text: metric(value) }))));
  }
}
