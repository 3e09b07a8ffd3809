/**
 * The pages of the docs that are served with the page, in the order in which one would read them.
 * @module
 */

/** @type {[string, string][]} Each with its title. */
export const contents = [
  ["page", "The page"], ["views", "Views inside"], ["autodiff", "Derivatives"], ["learning", "Losses, metrics, optimizers"], ["layers", "Layers"],
  ["data", "Data"], ["evaluation", "Evaluation"], ["experiments", "Experiments"], ["runs", "Runs"], ["generation", "Generation"],
  ["interchange", "Files of other frameworks"], ["keras", "Coming from Keras"], ["pytorch", "Coming from PyTorch"], ["onnx", "ONNX files"],
  ["dialects", "Clients of other servers"], ["from-tensorflow-serving", "Coming from TensorFlow Serving"], ["from-triton", "Coming from Triton"],
  ["api", "The HTTP API"], ["cli", "The command line"], ["http", "HTTP"], ["storage", "Storage"], ["deploy", "Deployment"], ["scale", "Beyond one cluster"],
  ["ranks", "One job over machines"],
  ["performance", "Performance"], ["testing", "Testing"], ["subjects", "Subjects"],
];
