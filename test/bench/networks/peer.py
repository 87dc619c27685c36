"""The eager PyTorch side of `npm run bench -- networks`.

    peer.py NETWORK WEIGHTS INPUTS OUTPUT CONFIG THREADS

Reads both safetensors files, runs the network once, writes what it gave as raw float32, and says so in a line of JSON.
Every further line on stdin is one more run, answered by its milliseconds.
"""
import importlib
import json
import sys
import time

import numpy as np
import torch


def read_safetensors(file):
    """Float32 tensors by name, each in memory of its own."""
    with open(file, "rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(size))
    data = np.memmap(file, np.uint8, "r", 8 + size)
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        numbers = np.array(data[start:end]).view(np.float32).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(numbers).clone()
    return tensors


def blas():
    """The library that multiplies matrices: Debian's default is the reference, some 30 times slower than OpenBLAS."""
    with open("/proc/self/maps") as maps:
        files = {line.split()[-1] for line in maps}
    for name in ("openblas", "mkl_rt", "blis"):
        if any(name in file for file in files):
            return name
    return "reference"


def main():
    network, weights, inputs, output, config, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.set_flush_denormal(True)
    with torch.inference_mode():
        run = importlib.import_module(network).build(read_safetensors(weights), json.loads(config))
        given = read_safetensors(inputs)
        run(given).contiguous().numpy().tofile(output)
        ready = {"torch": torch.__version__, "blas": blas(), "threads": torch.get_num_threads()}
        print(json.dumps(ready), flush=True)
        for _ in sys.stdin:
            start = time.perf_counter()
            run(given)
            print(json.dumps({"ms": 1000 * (time.perf_counter() - start)}), flush=True)


main()
