"""Reads a folder of pictures into batches of 32 at 224×224, with one worker: torchvision_loader.py FOLDER

Says {"ready": true} once it is warm; for each line it reads the folder once and answers with pictures a second.
"""
import json
import sys
import time

import torch
from torchvision import datasets, transforms


def main():
    torch.set_num_threads(1)
    pictures = datasets.ImageFolder(sys.argv[1], transforms.Compose([transforms.Resize((224, 224)), transforms.ToTensor()]))
    loader = torch.utils.data.DataLoader(pictures, batch_size=32, shuffle=True, num_workers=1, persistent_workers=True)
    next(iter(loader))
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        count = sum(len(batch) for batch, _ in loader)
        print(json.dumps({"rate": count / (time.perf_counter() - start)}), flush=True)


if __name__ == "__main__":
    main()
