"""Writes a tiny torch.save file, as the tests of the reader of pytorch_model.bin need it.

It holds what published heads hold: float32, bfloat16 and float16 weights, a parameter, two views of
one storage, an int64 table, a bool mask and a scalar, as the state_dict of a module (so with its
metadata attribute). Element i of a tensor is i / 4 - 1.
"""

import argparse
from pathlib import Path

import torch


def ramp(count, dtype):
    """The numbers -1, -0.75, -0.5, ..., exact in every type."""
    return (torch.arange(count) / 4 - 1).to(dtype)


def state_dict():
    """The tensors, in a dict that carries a module's metadata."""
    module = torch.nn.Linear(3, 2, bias=False)
    with torch.no_grad():
        module.weight.copy_(ramp(6, torch.float32).view(2, 3))
    tensors = module.state_dict()
    both = ramp(8, torch.bfloat16).view(4, 2)
    tensors["view.whole"] = both
    tensors["view.tail"] = both[1:]
    tensors["half"] = ramp(5, torch.float16)
    tensors["parameter"] = torch.nn.Parameter(ramp(2, torch.float32))
    tensors["scalar"] = torch.tensor(2.5)
    tensors["d2t"] = torch.tensor([0, 3, 3, 1 << 40])
    tensors["t2d"] = torch.tensor([True, False, True])
    return tensors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--output", required=True, type=Path, help="the file to write")
    options = parser.parse_args()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state_dict(), options.output)


if __name__ == "__main__":
    main()
