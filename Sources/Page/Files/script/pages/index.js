/**
 * The pages, in the order of the navigation. To add one is a folder and a line here.
 * @module
 */

/** @type {{name: string, title: string, load: function(): Promise<{title: Function, open: Function}>}[]} */
export const pages = [
  { name: "jobs", title: "Jobs", load: () => import("./jobs/page.js") },
  { name: "models", title: "Models", load: () => import("./models/page.js") },
  { name: "datasets", title: "Data", load: () => import("./data/page.js") },
  { name: "try", title: "Try", load: () => import("./try/page.js") },
  { name: "experiments", title: "Experiments", load: () => import("./experiments/page.js") },
  { name: "system", title: "System", load: () => import("./system/page.js") },
];
