/**
 * The views, in the order of their tabs, called as their endpoints are. To add one is a file and a line here.
 * @module
 */

/** @type {{id: string, title: string, load: function(): Promise<function(import("./context.js").Context): Object>}[]} */
export const views = [
  { id: "activations", title: "Feature maps", load: async () => (await import("./activations.js")).activations },
  { id: "kernels", title: "Kernels", load: async () => (await import("./kernels.js")).kernels },
  { id: "gradients", title: "Why", load: async () => (await import("./gradients.js")).gradients },
  { id: "sensitivities", title: "What if", load: async () => (await import("./sensitivities.js")).sensitivities },
  { id: "gates", title: "Gates", load: async () => (await import("./gates.js")).gates },
  { id: "attention", title: "Attention", load: async () => (await import("./attention.js")).attention },
  { id: "graph", title: "Graph", load: async () => (await import("./graph.js")).graph },
  { id: "check", title: "Check", load: async () => (await import("./check.js")).check },
];
