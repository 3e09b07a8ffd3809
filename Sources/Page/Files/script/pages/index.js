/**
 * The pages, in the order of the navigation. To add one is a folder and a line here.
 * @module
 */

/**
 * @type {{name: string, title: string, explains: string[], isQuiet?: boolean, load: function(): Promise<{title: Function, open: Function}>}[]}
 *   `explains` is where the docs tell of it; a quiet one is not in the navigation.
 */
export const pages = [
  { name: "jobs", title: "Jobs", explains: ["page", "curves"], load: () => import("./jobs/page.js") },
  { name: "models", title: "Models", explains: ["layers"], load: () => import("./models/page.js") },
  { name: "datasets", title: "Data", explains: ["data"], load: () => import("./data/page.js") },
  { name: "try", title: "Try", explains: ["page", "a-try"], load: () => import("./try/page.js") },
  { name: "inside", title: "Inside", explains: ["page", "inside"], load: () => import("./inside/page.js") },
  { name: "learn", title: "Learn", explains: ["autodiff"], load: () => import("./learn/page.js") },
  { name: "experiments", title: "Experiments", explains: ["experiments"], load: () => import("./experiments/page.js") },
  { name: "system", title: "System", explains: ["api", "metrics"], load: () => import("./system/page.js") },
  { name: "docs", title: "Docs", explains: [], isQuiet: true, load: () => import("./docs/page.js") },
];
