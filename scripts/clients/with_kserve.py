"""kserve's client, both versions of its protocol."""

import asyncio

import httpx
import numpy
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

from server import same

NUMBERS = numpy.arange(16, dtype=numpy.float32).reshape(1, 16)


def inputs():
    found = [InferInput("INPUT0", [1, 16], "FP32"), InferInput("INPUT1", [1, 16], "FP32")]
    found[0].set_data_from_numpy(NUMBERS, binary_data=True)
    found[1].set_data_from_numpy(NUMBERS, binary_data=False)
    return found


def check_version_2(server):
    async def talk():
        client = InferenceRESTClient(RESTConfig(protocol="v2", retries=1))
        same((await client.is_server_live(server.url), await client.is_server_ready(server.url)), (True, True))
        same(await client.is_model_ready(server.url, "simple"), True)
        request = InferRequest(model_name="simple", infer_inputs=inputs())
        answer = await client.infer(server.url, request, model_name="simple")
        same(answer.outputs[0].as_numpy().tolist(), (2 * NUMBERS).tolist())
        try:
            await client.infer(server.url, request, model_name="none")
        except httpx.HTTPStatusError as error:
            same("unknown model" in str(error), True)
        else:
            raise AssertionError("it was answered")

    asyncio.run(talk())


def check_version_1(server):
    async def talk():
        client = InferenceRESTClient(RESTConfig(protocol="v1", retries=1))
        same(await client.is_model_ready(server.url, "line"), True)
        answer = await client.infer(server.url, {"instances": [[1, 2], [3, 4]]}, model_name="line")
        same(len(answer["predictions"]), 2)
        same(httpx.get(server.url + "/").json(), {"status": "alive"})

    asyncio.run(talk())
