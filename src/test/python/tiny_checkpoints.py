"""Writes tiny random checkpoints, one per supported target shape, with golden outputs.

Each folder is a complete Hugging Face directory without tokenizer: config.json (some in the form of
transformers 4, some in that of 5), generation_config.json, weights (float32, float16 and bfloat16;
one of them sharded) and golden.safetensors. Goldens are computed by transformers in float32 from
the directory as stored, so rounding of the weights is part of them:

  input_ids.i                 int64   [n]          n = 1, 9 and 40 for i = 0, 1 and 2
  logits.i                    float32 [n, vocab]
  hidden.i.input_of_layer_k   float32 [n, hidden]  the residual stream that enters layer k
  greedy.i                    int64   [24]         greedy continuation, end of sequence ignored
  smallest_gap.i              float32 [1]          between the two best logits on the greedy path

A seed is taken only if every smallest gap is above --gap, so float32 arithmetic in another order
still gives the same tokens.
"""

import argparse
import itertools
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config
from transformers.utils import logging

import demo_model  # noqa: F401, has to come first
from files import write_json

PROMPT_LENGTHS = (1, 9, 40)
GREEDY_TOKENS = 24
HIDDEN_LAYERS = (1, 2, 3)  # the layers whose inputs are kept
VOCABULARY = 128
SPECIAL_IDS = 4  # prompts are drawn from the ids behind these

COMMON = dict(
    vocab_size=VOCABULARY,
    hidden_size=32,
    intermediate_size=56,
    num_hidden_layers=4,
    num_attention_heads=4,
    max_position_embeddings=256,
    rms_norm_eps=1e-6,
    initializer_range=0.25,
    bos_token_id=0,
    eos_token_id=2,
    pad_token_id=0,
)


@dataclass(frozen=True)
class Shape:
    """One checkpoint: its configuration class, what differs from COMMON, and how it is stored."""

    config_class: type
    settings: dict
    dtype: torch.dtype = torch.float32
    config_form: int = 5  # major version of transformers whose field names config.json has
    shard_bytes: int | None = None
    eos_ids: list = field(default_factory=lambda: [2])

    def config(self):
        return self.config_class(**{**COMMON, **self.settings})


def rope(theta=10000.0, **scaling):
    return {"rope_theta": theta, **(scaling or {"rope_type": "default"})}


LINEAR = rope(rope_type="linear", factor=4.0)
LLAMA3 = rope(
    rope_type="llama3",
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=128,
)

SHAPES = {
    "tiny-llama": Shape(
        LlamaConfig,
        dict(num_key_value_heads=4, tie_word_embeddings=False, rope_parameters=rope()),
    ),
    "tiny-llama-linear": Shape(
        LlamaConfig,
        dict(num_key_value_heads=1, tie_word_embeddings=False, rope_parameters=LINEAR),
        config_form=4,
        shard_bytes=70_000,
    ),
    "tiny-llama3-scaled": Shape(
        LlamaConfig,
        dict(num_key_value_heads=2, tie_word_embeddings=True, rope_parameters=LLAMA3),
        config_form=4,
        eos_ids=[2, 3],
    ),
    "tiny-mistral": Shape(
        MistralConfig,
        dict(
            num_key_value_heads=2,
            head_dim=12,
            tie_word_embeddings=False,
            sliding_window=None,
            rope_parameters=rope(),
        ),
        dtype=torch.float16,
        config_form=4,
    ),
    "tiny-qwen2": Shape(
        Qwen2Config,
        dict(num_key_value_heads=2, tie_word_embeddings=False, rope_parameters=rope(1_000_000.0)),
    ),
    "tiny-qwen3": Shape(
        Qwen3Config,
        dict(
            num_key_value_heads=2,
            head_dim=16,
            tie_word_embeddings=True,
            rope_parameters=rope(1_000_000.0),
        ),
        dtype=torch.bfloat16,
    ),
}


@torch.no_grad()
def random_model(shape, seed):
    """A model with random weights; norms and biases vary too, so that a forgotten one shows."""
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(shape.config(), dtype=torch.float32)
    for name, parameter in model.named_parameters():
        if name.endswith("norm.weight"):
            parameter.copy_(1 + 0.2 * torch.randn_like(parameter))
        elif name.endswith(".bias"):
            parameter.copy_(0.5 * torch.randn_like(parameter))
    return model.to(shape.dtype).eval()


def rewrite_config(path, shape):
    """Brings the saved config.json into the form that the shape asks for."""
    document = json.loads(path.read_text(encoding="utf-8"))
    document.pop("transformers_version", None)
    if shape.config_form == 4:
        parameters = document.pop("rope_parameters")
        document["rope_theta"] = parameters.pop("rope_theta")
        document["rope_scaling"] = parameters if parameters["rope_type"] != "default" else None
        document["torch_dtype"] = document.pop("dtype")
        if document.get("head_dim") == document["hidden_size"] // document["num_attention_heads"]:
            del document["head_dim"]  # older files leave it out where it follows from the others
    write_json(path, dict(sorted(document.items())))


def save_checkpoint(model, shape, folder):
    """Writes weights, config.json and generation_config.json."""
    if folder.exists():
        shutil.rmtree(folder)
    model.save_pretrained(folder, max_shard_size=shape.shard_bytes or "1GB")
    rewrite_config(folder / "config.json", shape)
    eos = shape.eos_ids if len(shape.eos_ids) > 1 else shape.eos_ids[0]
    write_json(
        folder / "generation_config.json",
        {"bos_token_id": 0, "do_sample": False, "eos_token_id": eos, "pad_token_id": 0},
    )


@torch.no_grad()
def greedy_path(model, ids):
    """The greedy continuation and the smallest gap between two best logits along it."""
    tokens, gaps = ids.tolist(), []
    for _ in range(GREEDY_TOKENS):
        best = torch.topk(model(input_ids=torch.tensor([tokens])).logits[0, -1], 2)
        gaps.append((best.values[0] - best.values[1]).item())
        tokens.append(best.indices[0].item())
    return torch.tensor(tokens[len(ids) :]), min(gaps)


@torch.no_grad()
def golden_tensors(folder, seed):
    """The contents of golden.safetensors for the checkpoint as it lies in its folder."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for i, length in enumerate(PROMPT_LENGTHS):
        ids = torch.randint(SPECIAL_IDS, VOCABULARY, (length,), generator=generator)
        result = model(input_ids=ids[None], output_hidden_states=True)
        greedy, gap = greedy_path(model, ids)
        tensors[f"input_ids.{i}"] = ids
        tensors[f"logits.{i}"] = result.logits[0].contiguous()
        for layer in HIDDEN_LAYERS:
            tensors[f"hidden.{i}.input_of_layer_{layer}"] = result.hidden_states[layer][0].contiguous()
        tensors[f"greedy.{i}"] = greedy
        tensors[f"smallest_gap.{i}"] = torch.tensor([gap])
    return tensors


def is_clear(tensors, gap):
    """Whether no step was a near tie and no continuation fell into repeating a few tokens."""
    greedy = [tensors[f"greedy.{i}"] for i in range(len(PROMPT_LENGTHS))]
    gaps = [tensors[f"smallest_gap.{i}"].item() for i in range(len(PROMPT_LENGTHS))]
    return min(gaps) > gap and all(len(tokens.unique()) >= GREEDY_TOKENS // 2 for tokens in greedy)


def make_checkpoint(name, shape, output, gap):
    """Tries seeds from 0 until the golden outputs are clear of ties."""
    folder = output / name
    for seed in itertools.count():
        save_checkpoint(random_model(shape, seed), shape, folder)
        tensors = golden_tensors(folder, seed)
        if is_clear(tensors, gap):
            break
    save_file(tensors, folder / "golden.safetensors")
    for file in folder.iterdir():
        file.chmod(0o644)
    smallest = min(tensors[f"smallest_gap.{i}"].item() for i in range(len(PROMPT_LENGTHS)))
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{name}: seed {seed}, smallest gap {smallest:.4f}, {size:,} bytes", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--output", required=True, type=Path, help="directory for the folders")
    parser.add_argument("--shape", choices=SHAPES, action="append", help="only this one (default: all)")
    parser.add_argument("--gap", type=float, default=0.01, help="smallest gap allowed (default: 0.01)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    for name in options.shape or SHAPES:
        make_checkpoint(name, SHAPES[name], options.output, options.gap)


if __name__ == "__main__":
    main()
