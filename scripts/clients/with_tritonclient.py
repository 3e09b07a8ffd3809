"""tritonclient, synchronous and asynchronous, on the model of its own examples."""

import asyncio

import numpy
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio

from server import same

FIRST = numpy.arange(16, dtype=numpy.int32).reshape(1, 16)
SECOND = numpy.ones((1, 16), dtype=numpy.int32)


def address(server):
    return server.url.removeprefix("http://")


def inputs(module, binary):
    found = [module.InferInput("INPUT0", [1, 16], "INT32"), module.InferInput("INPUT1", [1, 16], "INT32")]
    for tensor, numbers in zip(found, (FIRST, SECOND)):
        tensor.set_data_from_numpy(numbers, binary_data=binary)
    return found


def whole(result):
    same(result.as_numpy("OUTPUT0").tolist(), (FIRST + SECOND).astype(float).tolist())
    same(result.as_numpy("OUTPUT1").tolist(), (FIRST - SECOND).astype(float).tolist())


def check_tensors_in_json_and_in_bytes(server):
    with triton.InferenceServerClient(address(server)) as client:
        for binary in (False, True):
            whole(client.infer("simple", inputs(triton, binary), request_id="7", query_params={"test_1": 1}))
            outputs = [triton.InferRequestedOutput(name, binary_data=binary) for name in ("OUTPUT0", "OUTPUT1")]
            whole(client.infer("simple", inputs(triton, binary), model_version="0", outputs=outputs))


def check_packed_bodies(server):
    with triton.InferenceServerClient(address(server)) as client:
        for coding in ("gzip", "deflate"):
            whole(client.infer("simple", inputs(triton, True), request_compression_algorithm=coding,
                               response_compression_algorithm=coding))


def check_requests_at_once(server):
    with triton.InferenceServerClient(address(server), concurrency=4) as client:
        for pending in [client.async_infer("simple", inputs(triton, True)) for _ in range(40)]:
            whole(pending.get_result())


def check_classification(server):
    with triton.InferenceServerClient(address(server)) as client:
        outputs = [triton.InferRequestedOutput("OUTPUT0", class_count=2)]
        found = client.infer("simple", inputs(triton, True), outputs=outputs).as_numpy("OUTPUT0")
        same(found.tolist(), [[b"16.000000:15", b"15.000000:14"]])


def check_metadata_and_statistics(server):
    with triton.InferenceServerClient(address(server)) as client:
        same((client.is_server_live(), client.is_server_ready(), client.is_model_ready("simple")), (True, True, True))
        same("binary_tensor_data" in client.get_server_metadata()["extensions"], True)
        same([one["shape"] for one in client.get_model_metadata("simple")["inputs"]], [[-1, 16], [-1, 16]])
        same(client.get_model_config("simple")["input"][0]["data_type"], "TYPE_FP32")
        counted = client.get_inference_statistics("simple")["model_stats"][0]["inference_stats"]["success"]
        same(counted["count"] > 0 and counted["ns"] > 0, True)


def check_loading(server):
    with triton.InferenceServerClient(address(server)) as client:
        client.unload_model("simple")
        same(client.is_model_ready("simple"), False)
        client.load_model("simple")
        same(client.is_model_ready("simple"), True)
        same("simple" in [one["name"] for one in client.get_model_repository_index()], True)


def check_errors(server):
    with triton.InferenceServerClient(address(server)) as client:
        for model, given, part in (("none", inputs(triton, True), "Request for unknown model"),
                                   ("simple", inputs(triton, True)[:1], "INPUT1")):
            try:
                client.infer(model, given)
            except triton.InferenceServerException as error:
                same(part in error.message(), True)
            else:
                raise AssertionError("it was answered")


def check_asyncio(server):
    async def talk():
        async with triton_aio.InferenceServerClient(address(server)) as client:
            whole(await client.infer("simple", inputs(triton_aio, True)))
            same((await client.get_model_metadata("simple"))["name"], "simple")
            same(await client.is_model_ready("simple"), True)

    asyncio.run(talk())
