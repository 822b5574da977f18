"""The EAGLE-3 draft head (arXiv 2503.01840): one decoder layer that feeds on itself.

It sees the token embedding next to a state: for known positions the target's fused features, for
drafted ones its own output. Parameter names are those of published heads.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class HeadShape:
    """Sizes of a head; the field names are those of its config.json."""

    hidden_size: int
    intermediate_size: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    draft_vocab_size: int
    rms_norm_eps: float
    rope_theta: float

    @classmethod
    def from_config(cls, config):
        return cls(**{name: config[name] for name in cls.__dataclass_fields__})


class RmsNorm(nn.Module):
    def __init__(self, size, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x):
        wide = x.float()
        scale = torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.epsilon)
        return (wide * scale).to(x.dtype) * self.weight


class Attention(nn.Module):
    """Projections only: how keys are gathered differs between training and drafting."""

    def __init__(self, shape):
        super().__init__()
        queries = shape.num_attention_heads * shape.head_dim
        keys = shape.num_key_value_heads * shape.head_dim
        self.q_proj = nn.Linear(2 * shape.hidden_size, queries, bias=False)
        self.k_proj = nn.Linear(2 * shape.hidden_size, keys, bias=False)
        self.v_proj = nn.Linear(2 * shape.hidden_size, keys, bias=False)
        self.o_proj = nn.Linear(queries, shape.hidden_size, bias=False)


class FeedForward(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.up_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.down_proj = nn.Linear(shape.intermediate_size, shape.hidden_size, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class DecoderLayer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.self_attn = Attention(shape)
        self.mlp = FeedForward(shape)
        self.hidden_norm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        self.input_layernorm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        self.post_attention_layernorm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)


def rotate(x, positions, theta):
    """Rotary embedding of x [batch, heads, length, head_dim] at positions [length]."""
    size = x.shape[-1]
    frequencies = theta ** (-torch.arange(0, size, 2).float() / size)
    angles = positions[:, None].float() * frequencies[None]
    cosine = torch.cat([angles.cos(), angles.cos()], -1).to(x.dtype)
    sine = torch.cat([angles.sin(), angles.sin()], -1).to(x.dtype)
    first, second = x[..., : size // 2], x[..., size // 2 :]
    return x * cosine + torch.cat([-second, first], -1) * sine


class EagleHead(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.fc = nn.Linear(3 * shape.hidden_size, shape.hidden_size, bias=False)
        self.midlayer = DecoderLayer(shape)
        self.norm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        self.lm_head = nn.Linear(shape.hidden_size, shape.draft_vocab_size, bias=False)

    def project(self, embeddings, states, positions):
        """Queries, keys and values, each [batch, heads, length, head_dim]."""
        layer, attention, shape = self.midlayer, self.midlayer.self_attn, self.shape
        batch, length, _ = states.shape
        inputs = torch.cat([layer.input_layernorm(embeddings), layer.hidden_norm(states)], -1)

        def split(projected, heads):
            return projected.view(batch, length, heads, shape.head_dim).transpose(1, 2)

        queries = split(attention.q_proj(inputs), shape.num_attention_heads)
        keys = split(attention.k_proj(inputs), shape.num_key_value_heads)
        values = split(attention.v_proj(inputs), shape.num_key_value_heads)
        return (
            rotate(queries, positions, shape.rope_theta),
            rotate(keys, positions, shape.rope_theta),
            values,
        )

    def spread(self, keys_or_values):
        """One copy per query head."""
        repeats = self.shape.num_attention_heads // self.shape.num_key_value_heads
        return keys_or_values.repeat_interleave(repeats, 1)

    def finish(self, states, attended):
        """From attention output [batch, heads, length, head_dim] to next states and logits."""
        layer = self.midlayer
        batch, _, length, _ = attended.shape
        flat = attended.transpose(1, 2).reshape(batch, length, -1)
        residual = states + layer.self_attn.o_proj(flat)
        following = residual + layer.mlp(layer.post_attention_layernorm(residual))
        return following, self.lm_head(self.norm(following))

    def step(self, embeddings, states, positions, keys, values):
        """One step of training-time test, at all indices at once.

        keys and values list those of earlier steps. Index t sees step 0 at 0..t, and of every later
        step only what stands at t: the path that it drafted itself.
        """
        queries, new_keys, new_values = self.project(embeddings, states, positions)
        keys, values = keys + [new_keys], values + [new_values]
        length, scale = states.shape[1], math.sqrt(self.shape.head_dim)
        known = (queries @ self.spread(keys[0]).transpose(-1, -2)).float() / scale
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        known = known.masked_fill(future, float("-inf"))
        own = [(queries * self.spread(k)).sum(-1, keepdim=True).float() / scale for k in keys[1:]]
        weights = torch.cat([known] + own, -1).softmax(-1).to(new_values.dtype)
        attended = weights[..., :length] @ self.spread(values[0])
        for i, later in enumerate(values[1:]):
            attended = attended + weights[..., length + i : length + i + 1] * self.spread(later)
        return *self.finish(states, attended), keys, values


def load_head(folder):
    """Head in float32, its d2t offsets, and the layers whose inputs it fuses."""
    config = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    weights = load_file(Path(folder) / "model.safetensors")
    offsets = weights.pop("d2t")
    weights.pop("t2d")
    head = EagleHead(HeadShape.from_config(config))
    head.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    layers = config["eagle_config"]["eagle_aux_hidden_state_layer_ids"]
    return head.eval(), offsets, [layer + 1 for layer in layers]
