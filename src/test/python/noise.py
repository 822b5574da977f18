"""Noise that target and draft share: a pure function of row seed, position and token.

The token at a position is argmax(logits + temperature * noise), the noise Gumbel-distributed and
made from SplitMix64 finalisers. Integers are 64-bit two's complement throughout.
"""

import hashlib

import torch


def signed(value):
    """A Python integer as 64-bit two's complement."""
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


GOLDEN_RATIO = signed(0x9E3779B97F4A7C15)
FIRST_MULTIPLIER = signed(0xBF58476D1CE4E5B9)
SECOND_MULTIPLIER = signed(0x94D049BB133111EB)


def shift_right(x, bits):
    """The logical shift; torch has the arithmetic one."""
    return (x >> bits) & ((1 << (64 - bits)) - 1)


def mix64(x):
    """The finaliser of SplitMix64 on an int64 tensor."""
    x = (x ^ shift_right(x, 30)) * FIRST_MULTIPLIER
    x = (x ^ shift_right(x, 27)) * SECOND_MULTIPLIER
    return x ^ shift_right(x, 31)


def row_seed(run_seed, prompt_id, sample_index):
    """The seed of one row: the first eight bytes of a SHA-256, big-endian."""
    text = f"{run_seed}\n{prompt_id}\n{sample_index}"
    return signed(int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big"))


def gumbel(seed, position, vocabulary):
    """Noise of every token at one absolute position, float32 [vocabulary]."""
    key = mix64(torch.tensor([signed(seed + (position + 1) * GOLDEN_RATIO)]))
    bits = mix64(key + (torch.arange(vocabulary) + 1) * GOLDEN_RATIO)
    uniform = (shift_right(bits, 24).float() + 0.5) * 2.0**-40
    return -torch.log(-torch.log1p(-uniform.clamp(max=1 - 2.0**-24)))
