/**
 * How good the version of a job is on rows that it has not seen: class by class, and the rows it was most wrong about.
 * @module
 */
import { LineChart } from "../../charts/line.js";
import { Cursor } from "../../charts/cursor.js";
import { lookOf } from "../../charts/palette.js";
import { withTwin } from "../../charts/twin.js";
import { json, path } from "../../core/api.js";
import { h, replace } from "../../core/dom.js";
import { count, exact, metric as metricText } from "../../core/format.js";
import { link } from "../../core/router.js";
import { actionButton, labelled } from "../../parts/controls.js";
import { Region } from "../../parts/region.js";
import { facts, table } from "../../parts/table.js";
import { thumbnail } from "../../parts/picture.js";

/** The region that evaluates when it is asked to. */
export class Evaluation {
  #charts = [];

  /** @param {Object} job */
  constructor(job) {
    this.job = job;
    this.region = new Region("Evaluation", { height: "12rem" });
    this.element = this.region.element;
    if (job.evaluation) this.region.data(this.#answer(job.evaluation));
    else if (job.kind === "evaluation") this.region.empty("The evaluation has not ended yet.");
    else if (job.dataset === null) this.region.empty("The data came with the request and is gone, so it can't be evaluated here.");
    else this.#offer();
  }

  close() {
    this.#letGo();
    this.region.close();
  }

  #offer() {
    this.region.empty("How good is it on the test rows, class by class, and which rows does it get most wrong?",
      actionButton("Evaluate", async () => this.#ask(), { isRead: true }));
  }

  #ask() {
    const { model, version, dataset } = this.job;
    return this.region.load((signal) => json("evaluate", { method: "POST", body: { model, version, dataset }, signal }), (answer) => (
      answer.metrics ? this.#answer(answer)
        : h("p", {}, "It takes longer, and so became ", h("a", { href: link(["jobs", answer.id]) }, `job ${answer.id}`), ".")
    ));
  }

  #letGo() {
    for (const chart of this.#charts) chart.close();
    this.#charts = [];
  }

  #answer(answer) {
    this.#letGo();
    const numbers = Object.entries(answer.metrics).filter(([, value]) => !Array.isArray(value));
    return [
      h("p.quiet", {}, `${count(answer.rows)} rows of part ${answer.part}`),
      facts(numbers.map(([name, value]) => [name, h("span", { title: exact(value) }, metricText(value))])),
      answer.classes ? this.#classes(answer) : null,
      answer.residuals ? facts([["Mean residual", metricText(answer.residuals.mean)], ["Deviation", metricText(answer.residuals.std)],
        ...Object.entries(answer.residuals.quantiles ?? {}).map(([at, value]) => [`Quantile ${at}`, metricText(value)])]) : null,
      answer.worst?.length ? [h("h3", {}, "Rows it got most wrong"), this.#worst(answer)] : null,
    ];
  }

  #classes({ classes, calibration }) {
    const name = (one) => one.label ?? String(one.class);
    const figure = (key) => ({ title: key, number: true, cell: (one) => h("span", { title: exact(one[key]) }, metricText(one[key])) });
    const place = h("div.charts", {});
    const choice = h("select", { id: "class", on: { change: () => this.#curves(place, classes[choice.selectedIndex], calibration) } },
      classes.map((one) => h("option", {}, name(one))));
    this.#curves(place, classes[0], calibration);
    return [
      table("Classes", [{ title: "Class", cell: (one) => h("bdi", {}, name(one)) }, figure("precision"), figure("recall"), figure("f1"),
        { title: "rows", number: true, cell: (one) => count(one.support) }, figure("roc_auc"), figure("average_precision")], classes),
      h("div.row.fields", {}, labelled("Class", choice)), place,
    ];
  }

  #curves(place, one, calibration) {
    this.#letGo();
    const curve = (title, x, y, subject, id) => {
      const sorted = x.map((value, index) => [value, y[index]]).filter((pair) => pair[0] !== null && pair[1] !== null)
        .sort((a, b) => a[0] - b[0]);
      const view = { xLog: false, yLog: false, range: null };
      const chart = new LineChart({ cursor: new Cursor(), subject, view: () => view, zoom: () => {}, height: 200, isWhole: false });
      chart.show([{ name: subject, look: { ...lookOf(id), dash: [] }, x: sorted.map((pair) => pair[0]), y: sorted.map((pair) => pair[1]) }]);
      this.#charts.push(chart);
      return withTwin(title, chart.element, () => h("div.tall", {}, table(title, [
        { title: "x", number: true, cell: (pair) => metricText(pair[0]) }, { title: "y", number: true, cell: (pair) => metricText(pair[1]) },
      ], sorted)));
    };
    replace(place,
      one.roc ? curve("ROC: true over false positives", one.roc.fpr, one.roc.tpr, "True positive rate", 1) : null,
      one.precision_recall
        ? curve("Precision over recall", one.precision_recall.recall, one.precision_recall.precision, "Precision", 2) : null,
      calibration?.bins?.length ? curve("Calibration: share right over confidence", calibration.bins.map((bin) => bin.confidence),
        calibration.bins.map((bin) => bin.accuracy), "Share right", 3) : null);
  }

  #worst({ worst, dataset }) {
    const place = h("div.tiles", {});
    const text = (value) => (typeof value === "object" ? JSON.stringify(value)?.slice(0, 80) : String(value));
    for (const one of worst.slice(0, 24)) {
      const picture = h("div", {});
      place.append(h("div.tile", {}, picture, h("span.number", {}, `row ${one.row}`),
        h("span", {}, h("bdi", {}, `${text(best(one.prediction))} for ${text(one.target)}`)), h("span.quiet.number", {}, `loss ${metricText(one.loss)}`)));
      if (dataset) this.#picture(picture, dataset, one);
    }
    return place;
  }

  /** The row as what it is: a picture, a sound, a series, else its longest text. Rows are numbered as in the dataset. */
  async #picture(place, dataset, { row, target }) {
    try {
      const page = await json(`${path("datasets", dataset, "rows")}?offset=${row}&limit=1`);
      if (page.rows[0]) place.append(thumbnail(page.rows[0], dataset) ?? textOf(page.rows[0].values, target));
    } catch {
      place.remove();
    }
  }
}

/** The longest text of a row beside its target. */
function textOf(values, target) {
  const text = Object.values(values).filter((value) => typeof value === "string" && value !== target).reduce((longest, one) => (one.length > longest.length ? one : longest), "");
  return h("bdi", { title: text.slice(0, 2000) }, text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

/** The class of a list of probabilities; anything else as it is. */
function best(prediction) {
  if (!Array.isArray(prediction) || prediction.length < 2 || !prediction.every((one) => typeof one === "number")) {
    return Array.isArray(prediction) && prediction.length === 1 ? metricText(prediction[0]) : prediction;
  }
  return prediction.indexOf(Math.max(...prediction));
}
