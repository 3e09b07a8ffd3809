"""Makes mel spectrograms of the recordings in a zip with Keras's layer on PyTorch, in batches of 32: keras_sound.py ZIP

Says {"ready": true} once it is warm; for each line it goes through the recordings once and answers with how many a second.
"""
import io
import json
import os
import sys
import time
import wave
import zipfile

import numpy

os.environ["KERAS_BACKEND"] = "torch"
import keras
import torch

torch.set_num_threads(1)
layer = keras.layers.MelSpectrogram(fft_length=512, sequence_stride=160, num_mel_bins=64, sampling_rate=16_000)
archive = zipfile.ZipFile(sys.argv[1])
names = archive.namelist()


def batch(some):
    recordings = []
    for name in some:
        with wave.open(io.BytesIO(archive.read(name))) as recording:
            samples = numpy.frombuffer(recording.readframes(recording.getnframes()), "<i2")
        recordings.append(samples.astype(numpy.float32) / 32768)
    return layer(numpy.stack(recordings))


batch(names[:32])
print(json.dumps({"ready": True}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    for first in range(0, len(names), 32):
        batch(names[first:first + 32])
    print(json.dumps({"rate": len(names) / (time.perf_counter() - start)}), flush=True)
