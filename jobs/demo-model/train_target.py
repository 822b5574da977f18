"""Trains the demo target, in two stages.

  pretrain   from random weights on packed text: every token counts the same
  finetune   whole conversations in every row, the loss on the assistant's turns

Both run for a given time and write a Hugging Face checkpoint in float32.
"""

import argparse

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM

from chat import EOS_ID, PAD_ID, TURN_END, render_document, turn_header
from files import read_json_lines
from schedule import RunningMean, TimedSchedule

PACKED_LENGTH = 384
ROW_LENGTH = 256
HEADER_WEIGHT, USER_WEIGHT, ASSISTANT_WEIGHT = 0.02, 0.05, 1.0
CHECKPOINT_STEPS = 500
REPORT_STEPS = 50


def target_config(vocabulary):
    """The shape of the demo target."""
    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=256,
        intermediate_size=640,
        num_hidden_layers=10,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=64,
        max_position_embeddings=1024,
        rms_norm_eps=1e-5,
        rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        tie_word_embeddings=True,
        bos_token_id=PAD_ID,
        eos_token_id=EOS_ID,
        pad_token_id=PAD_ID,
        initializer_range=0.02,
    )


def adamw(model, rate, beta2, weight_decay):
    """AdamW that decays matrices only."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, beta2), fused=True)


def packed_ids(tokenizer, path, limit):
    """All conversations of a file as one run of ids."""
    documents = [render_document(row["turns"]) for row in read_json_lines(path, limit)]
    return np.concatenate([np.array(e.ids, dtype=np.int16) for e in tokenizer.encode_batch(documents)])


def packed_batch(rng, data, rows):
    """Random windows: inputs and next tokens, both [rows, PACKED_LENGTH]."""
    starts = rng.integers(0, len(data) - PACKED_LENGTH - 1, rows)
    windows = np.stack([data[start : start + PACKED_LENGTH + 1] for start in starts]).astype(np.int64)
    return torch.from_numpy(windows[:, :-1]), torch.from_numpy(windows[:, 1:])


def packed_loss(model, inputs, targets):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(input_ids=inputs, use_cache=False).logits
    return cross_entropy(logits.float().flatten(0, 1), targets.flatten())


def pretrain(options):
    """The first stage."""
    torch.manual_seed(0)
    tokenizer = Tokenizer.from_file(options.tokenizer)
    train = packed_ids(tokenizer, options.corpus, options.limit)
    held_out = packed_ids(tokenizer, options.held_out, options.limit)
    model = LlamaForCausalLM(target_config(tokenizer.get_vocab_size()))
    size = sum(p.numel() for p in model.parameters())
    print(f"{len(train):,} tokens, {size:,} parameters", flush=True)
    optimizer = adamw(model, options.rate, beta2=0.95, weight_decay=0.05)
    schedule = TimedSchedule(optimizer, options.rate, options.minutes, warmup_steps=100)
    rng, mean = np.random.default_rng(0), RunningMean(0.95)
    while schedule.has_time():
        schedule.begin_step()
        loss = packed_loss(model, *packed_batch(rng, train, options.batch_size))
        schedule.apply(loss, model.parameters(), 1.0)
        report(schedule, mean.add(loss.item()), model, options.output)
    model.eval()
    with torch.no_grad():
        losses = [packed_loss(model, *packed_batch(rng, held_out, 8)).item() for _ in range(10)]
    print(f"held-out loss {np.mean(losses):.4f}")
    model.save_pretrained(options.output)


def weighted_documents(tokenizer, path, limit):
    """Each conversation as ids and loss weights, arrays of one length."""
    newline = tokenizer.encode("\n").ids
    documents = []
    for row in read_json_lines(path, limit):
        ids, weights = [], []
        for i, text in enumerate(row["turns"]):
            header = tokenizer.encode(turn_header(i)).ids
            body = tokenizer.encode(text + TURN_END).ids
            body_weight = USER_WEIGHT if i % 2 == 0 else ASSISTANT_WEIGHT
            ids += header + body + newline
            weights += [HEADER_WEIGHT] * len(header) + [body_weight] * len(body)
            weights += [HEADER_WEIGHT] * len(newline)
        documents.append((np.array(ids, np.int16), np.array(weights, np.float32)))
    return documents


class RowPacker:
    """Fills rows with whole conversations, in an order that is shuffled anew every epoch."""

    def __init__(self, documents, rng):
        self.documents = [d for d in documents if len(d[0]) <= ROW_LENGTH + 1]
        self.rng = rng
        self.order = []

    def next_document(self):
        """The conversation that comes next; `take` removes it."""
        if not len(self.order):
            self.order = list(self.rng.permutation(len(self.documents)))
        return self.documents[self.order[-1]]

    def take(self):
        self.order.pop()

    def batch(self, rows):
        """Ids and weights, both [rows, ROW_LENGTH + 1], padded with zeros."""
        ids = np.zeros((rows, ROW_LENGTH + 1), np.int64)
        weights = np.zeros((rows, ROW_LENGTH + 1), np.float32)
        for row in range(rows):
            used = 0
            while used + len(self.next_document()[0]) <= ROW_LENGTH + 1:
                document_ids, document_weights = self.next_document()
                end = used + len(document_ids)
                ids[row, used:end] = document_ids
                weights[row, used:end] = document_weights
                used = end
                self.take()
        return torch.from_numpy(ids), torch.from_numpy(weights)


def weighted_loss(model, ids, weights):
    logits = model(input_ids=ids[:, :-1], use_cache=False).logits
    losses = cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    flat_weights = weights[:, 1:].flatten()
    return (losses * flat_weights).sum() / flat_weights.sum()


def finetune(options):
    """The second stage."""
    torch.manual_seed(1)
    tokenizer = Tokenizer.from_file(options.tokenizer)
    documents = weighted_documents(tokenizer, options.corpus, options.limit)
    packer = RowPacker(documents, np.random.default_rng(options.seed))
    print(f"{len(documents):,} conversations", flush=True)
    model = LlamaForCausalLM.from_pretrained(options.checkpoint, dtype=torch.float32).train()
    optimizer = adamw(model, options.rate, beta2=0.98, weight_decay=0.02)
    schedule = TimedSchedule(optimizer, options.rate, options.minutes, warmup_steps=60)
    mean = RunningMean(0.97)
    while schedule.has_time():
        schedule.begin_step()
        loss = weighted_loss(model, *packer.batch(options.batch_size))
        schedule.apply(loss, model.parameters(), 1.0)
        report(schedule, mean.add(loss.item()), model, options.output)
    model.eval()
    model.save_pretrained(options.output)
    print(f"done after {schedule.step} steps")


def report(schedule, loss, model, output):
    """A progress line now and then, a checkpoint more rarely."""
    if schedule.step % REPORT_STEPS == 0:
        print(f"step {schedule.step}, {schedule.elapsed():.0f} s, loss {loss:.4f}", flush=True)
    if schedule.step % CHECKPOINT_STEPS == 0:
        model.save_pretrained(output)


def add_common_options(parser, minutes, rate):
    parser.add_argument("--corpus", required=True, help="training conversations")
    parser.add_argument("--tokenizer", required=True, help="tokenizer.json")
    parser.add_argument("--output", required=True, help="checkpoint directory to write")
    parser.add_argument("--minutes", type=float, default=minutes, help=f"(default: {minutes})")
    parser.add_argument("--rate", type=float, default=rate, help=f"peak learning rate (default: {rate})")
    parser.add_argument("--batch-size", type=int, default=16, help="(default: 16)")
    parser.add_argument("--threads", type=int, default=2, help="(default: 2)")
    parser.add_argument("--limit", type=int, help="conversations to use (default: all)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    stages = parser.add_subparsers(dest="stage", required=True)
    first = stages.add_parser("pretrain", help="from random weights")
    add_common_options(first, minutes=60, rate=2e-3)
    first.add_argument("--held-out", required=True, help="conversations for the loss at the end")
    first.set_defaults(run=pretrain)
    second = stages.add_parser("finetune", help="from a checkpoint of the first stage")
    add_common_options(second, minutes=90, rate=1e-3)
    second.add_argument("--checkpoint", required=True, help="checkpoint directory to start from")
    second.add_argument("--seed", type=int, default=0, help="order of the conversations (default: 0)")
    second.set_defaults(run=finetune)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.run(options)


if __name__ == "__main__":
    main()
