"""Trains the EAGLE-3 head of the demo target by training-time test and writes it as published.

The head predicts --steps tokens ahead from its own states, and every step learns the target's
distribution at that place. Its vocabulary is the --draft-vocabulary most frequent tokens.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch.nn import functional as F
from transformers import AutoModelForCausalLM

from chat import render_document
from eagle_head import EagleHead, HeadShape
from files import read_json_lines, write_json
from schedule import RunningMean, TimedSchedule

LENGTH = 192
STEP_DECAY = 0.8  # weight of one step's loss relative to the one before
REPORT_STEPS = 25


class DraftVocabulary:
    """The target's most frequent tokens, in the order of their ids."""

    def __init__(self, frequencies, size):
        ids = np.sort(np.argsort(-frequencies, kind="stable")[:size])
        self.coverage = frequencies[ids].sum() / frequencies.sum()
        self.ids = torch.from_numpy(ids)
        self.offsets = self.ids - torch.arange(size)  # d2t: target id = draft id + offset
        self.contains = torch.zeros(len(frequencies), dtype=torch.bool)  # t2d
        self.contains[self.ids] = True


def load_corpus(tokenizer, path, limit):
    documents = [render_document(row["turns"]) for row in read_json_lines(path, limit)]
    return np.concatenate([np.array(e.ids, dtype=np.int64) for e in tokenizer.encode_batch(documents)])


def fused_layers(config):
    """The layers whose inputs the head sees: an early, a middle and a late one."""
    layers = config.num_hidden_layers
    return [2, layers // 2, layers - 3]


def new_head(target, vocabulary):
    """A head that starts from the target's output rows and passes the late features through."""
    config = target.config
    shape = HeadShape(
        hidden_size=config.hidden_size,
        intermediate_size=config.intermediate_size,
        num_attention_heads=config.num_attention_heads,
        num_key_value_heads=config.num_key_value_heads,
        head_dim=config.head_dim,
        draft_vocab_size=len(vocabulary.ids),
        rms_norm_eps=config.rms_norm_eps,
        rope_theta=config.rope_parameters["rope_theta"],
    )
    head = EagleHead(shape)
    with torch.no_grad():
        head.lm_head.weight.copy_(target.get_output_embeddings().weight[vocabulary.ids])
        head.fc.weight.mul_(0.3)
        head.fc.weight[:, 2 * shape.hidden_size :] += torch.eye(shape.hidden_size)
    return head


@torch.no_grad()
def target_outputs(target, ids, layers):
    """Fused features [batch, LENGTH, 3 * hidden] and logits [batch, LENGTH + steps + 1, vocab]."""
    result = target(input_ids=ids, output_hidden_states=True, use_cache=False)
    features = torch.cat([result.hidden_states[layer] for layer in layers], -1)
    return features[:, :LENGTH].float(), result.logits.float()


def head_loss(head, embedding, vocabulary, ids, features, target_logits, steps):
    """Loss over all self-fed steps, and each step's agreement with the target's first choice."""
    loss, agreement, keys, values = 0.0, [], [], []
    states = head.fc(features)
    for step in range(steps):
        window = slice(1 + step, 1 + step + LENGTH)
        embedded = F.embedding(ids[:, window], embedding)
        positions = torch.arange(LENGTH) + step
        states, logits, keys, values = head.step(embedded, states, positions, keys, values)
        wanted = target_logits[:, window]
        best = wanted.argmax(-1)
        covered = vocabulary.contains[best].float()
        probabilities = wanted[..., vocabulary.ids].softmax(-1)
        scores = logits.float().log_softmax(-1)
        cross_entropy = -(probabilities * scores).sum(-1)
        loss = loss + STEP_DECAY**step * (cross_entropy * covered).mean()
        agreement.append((vocabulary.ids[scores.argmax(-1)] == best).float().mean().item())
    return loss, np.array(agreement)


def train(target, head, vocabulary, data, options):
    """Runs until the time is used."""
    embedding = target.get_input_embeddings().weight
    layers = fused_layers(target.config)
    optimizer = torch.optim.AdamW(head.parameters(), lr=options.rate, betas=(0.9, 0.95), weight_decay=0.0)
    schedule = TimedSchedule(optimizer, options.rate, options.minutes, warmup_steps=50)
    rng, mean = np.random.default_rng(1), RunningMean(0.95)
    window = LENGTH + options.steps + 1
    while schedule.has_time():
        schedule.begin_step()
        starts = rng.integers(0, len(data) - window - 1, options.batch_size)
        ids = torch.from_numpy(np.stack([data[start : start + window] for start in starts]))
        features, logits = target_outputs(target, ids, layers)
        loss, agreement = head_loss(head, embedding, vocabulary, ids, features, logits, options.steps)
        schedule.apply(loss, head.parameters(), 0.5)
        smooth = mean.add(agreement)
        if schedule.step % REPORT_STEPS == 0:
            by_step = " ".join(f"{value:.3f}" for value in smooth)
            progress = f"step {schedule.step}, {schedule.elapsed():.0f} s, loss {loss.item():.3f}"
            print(f"{progress}, agreement {by_step}", flush=True)
    print(f"done after {schedule.step} steps")


def head_config(target_config, shape):
    """config.json of a published EAGLE-3 head."""
    return {
        "architectures": ["LlamaForCausalLMEagle3"],
        "model_type": "llama",
        "hidden_size": shape.hidden_size,
        "intermediate_size": shape.intermediate_size,
        "num_attention_heads": shape.num_attention_heads,
        "num_key_value_heads": shape.num_key_value_heads,
        "head_dim": shape.head_dim,
        "num_hidden_layers": 1,
        "vocab_size": target_config.vocab_size,
        "draft_vocab_size": shape.draft_vocab_size,
        "rms_norm_eps": shape.rms_norm_eps,
        "rope_theta": shape.rope_theta,
        "max_position_embeddings": target_config.max_position_embeddings,
        "bos_token_id": target_config.bos_token_id,
        "eos_token_id": target_config.eos_token_id,
        "torch_dtype": "bfloat16",
        "hidden_act": "silu",
        "tie_word_embeddings": False,
        "eagle_config": {
            "eagle_aux_hidden_state_layer_ids": [layer - 1 for layer in fused_layers(target_config)],
            "use_aux_hidden_state": True,
        },
    }


def save(head, vocabulary, target_config, output):
    """Writes model.safetensors (bf16) and config.json."""
    output.mkdir(parents=True, exist_ok=True)
    state = head.state_dict().items()
    tensors = {name: tensor.detach().to(torch.bfloat16).contiguous() for name, tensor in state}
    tensors["d2t"] = vocabulary.offsets.to(torch.int64)
    tensors["t2d"] = vocabulary.contains
    save_file(tensors, output / "model.safetensors", metadata={"format": "pt"})
    (output / "model.safetensors").chmod(0o644)
    write_json(output / "config.json", head_config(target_config, head.shape))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--target", required=True, type=Path, help="directory of the exported target")
    parser.add_argument("--corpus", required=True, help="training conversations")
    parser.add_argument("--output", required=True, type=Path, help="directory to write")
    parser.add_argument("--minutes", type=float, default=22, help="(default: 22)")
    parser.add_argument("--draft-vocabulary", type=int, default=1024, help="tokens (default: 1024)")
    parser.add_argument("--steps", type=int, default=5, help="self-fed steps (default: 5)")
    parser.add_argument("--rate", type=float, default=1e-3, help="peak learning rate (default: 0.001)")
    parser.add_argument("--batch-size", type=int, default=24, help="(default: 24)")
    parser.add_argument("--limit", type=int, default=120_000, help="conversations to use (default: 120000)")
    parser.add_argument("--threads", type=int, default=2, help="(default: 2)")
    options = parser.parse_args()

    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    target = AutoModelForCausalLM.from_pretrained(options.target, dtype=torch.float32).eval()
    target.requires_grad_(False)
    tokenizer = Tokenizer.from_file(str(options.target / "tokenizer.json"))
    data = load_corpus(tokenizer, options.corpus, options.limit)
    frequencies = np.bincount(data, minlength=target.config.vocab_size)
    vocabulary = DraftVocabulary(frequencies, options.draft_vocabulary)
    print(f"the draft vocabulary covers {vocabulary.coverage:.4f} of the corpus", flush=True)
    head = new_head(target, vocabulary)
    train(target, head, vocabulary, data, options)
    save(head, vocabulary, target.config, options.output)


if __name__ == "__main__":
    main()
