// Node's fetch. Prints a line of JSON for each check: its name, and what was wrong or null.
const url = process.argv[2];
// A text would go as text/plain, which the server refuses.
const post = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
const predict = post({ model: "line", instances: [[1, 2]] });

function same(found, expected) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`expected ${right}, found ${left}`);
}

const checks = {
  async "two hundred requests in a row"() {
    for (let i = 0; i < 200; i++) same(await (await fetch(url + "/health/live")).json(), { status: "ok" });
  },
  async "fifty at once"() {
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(url + "/predict", predict)));
    same(answers.map((answer) => answer.status), Array(50).fill(200));
    await Promise.all(answers.map((answer) => answer.text()));
  },
  async "compression is taken"() {
    const answer = await fetch(url + "/openapi.json");
    same([answer.headers.get("content-encoding"), (await answer.json()).openapi], ["gzip", "3.1.0"]);
  },
  async "streamed body"() {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("a,b\n"));
        for (let i = 0; i < 1000; i++) controller.enqueue(new TextEncoder().encode(`${i},${i}\n`));
        controller.close();
      },
    });
    const headers = { "Content-Type": "text/csv" };
    const answer = await fetch(url + "/datasets/node", { method: "PUT", body, headers, duplex: "half" });
    const { rows, test_rows } = await answer.json();
    same([answer.status, rows + test_rows], [201, 1000]);
  },
  async "form data"() {
    const npy = (shape, values) => {
      const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + "\n";
      const bytes = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"), Buffer.from(header)]);
      return new Blob([bytes, Buffer.from(new Float32Array(values).buffer)]);
    };
    const form = new FormData();
    form.append("x", npy("(4, 2)", [1, 2, 3, 4, 5, 6, 7, 8]), "x.npy");
    form.append("y", npy("(4,)", [1, 2, 3, 4.5]), "y.npy");
    const answer = await fetch(url + "/datasets/form", { method: "PUT", body: form });
    const summary = await answer.json();
    same([answer.status, summary.input_shape], [201, [2]]);
  },
  async "events, read as they come"() {
    const request = { model: "cnn", dataset: "digits", epochs: 3, loss: "sparse_categorical_crossentropy" };
    const job = await (await fetch(url + "/train", post(request))).json();
    const answer = await fetch(`${url}/jobs/${job.id}/events`);
    let text = "";
    for await (const piece of answer.body) text += Buffer.from(piece).toString();
    same(text.includes('"state":"succeeded"'), true);
  },
  async "a request that is given up"() {
    const request = { model: "cnn", dataset: "digits", epochs: 100000, loss: "sparse_categorical_crossentropy" };
    const job = await (await fetch(url + "/train", post(request))).json();
    const abort = new AbortController();
    const answer = await fetch(`${url}/jobs/${job.id}/events`, { signal: abort.signal });
    await answer.body.getReader().read();
    abort.abort();
    same((await fetch(`${url}/jobs/${job.id}/cancel`, { method: "POST" })).status, 200);
  },
  async "a problem"() {
    const answer = await fetch(url + "/models/none");
    same([answer.status, answer.headers.get("content-type")], [404, "application/problem+json"]);
    await answer.text();
  },
};

for (const [name, check] of Object.entries(checks)) {
  let wrong = null;
  try {
    await check();
  } catch (error) {
    wrong = String(error);
  }
  console.log(JSON.stringify({ name, wrong }));
}
