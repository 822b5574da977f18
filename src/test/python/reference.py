"""An independent reference of speculative decoding, to check the Java engine against.

Nothing is cached between rounds: features and keys of the prefix are recomputed every round, and
every node of a tree is drafted from its own path. For each prompt it writes plain greedy decoding,
four tree policies at temperature 0, and four sampled settings with shared noise, each with the
drafted tree, the accepted rows and the committed tokens of every round. All in float32.
"""

import argparse
import json
import math
from collections import defaultdict

import torch
from tokenizers import Tokenizer
from torch.nn import functional as F
from transformers import AutoModelForCausalLM

import demo_model  # noqa: F401, has to come first
from chat import EOS_ID, render_prompt
from eagle_head import load_head
from files import read_json_lines
from noise import gumbel, row_seed
from sampling import GREEDY, Sampling, choose
from tree_policies import ROOT, StaticTreePolicy, TalonPolicy

EOS_IDS = [EOS_ID]

POLICIES = {
    "talon-60-10-0.03": TalonPolicy(60, 10, 0.03),
    "talon-16-4-0.03": TalonPolicy(16, 4, 0.03),
    "static-60-10-9": StaticTreePolicy(60, 10, 9),
    "static-16-4-4": StaticTreePolicy(16, 4, 4),
}

# name: (policy, temperature, top_k, top_p, coupling)
SAMPLED = {
    "talon-16-4-0.03 T=1 shared": ("talon-16-4-0.03", 1.0, 0, 1.0, "shared"),
    "talon-60-10-0.03 T=0.7 top_k=40 top_p=0.9 shared": ("talon-60-10-0.03", 0.7, 40, 0.9, "shared"),
    "static-16-4-4 T=1 none": ("static-16-4-4", 1.0, 0, 1.0, "none"),
    "talon-16-4-0.03 T=0.9 top_p=0.95 1.5,0.4": ("talon-16-4-0.03", 0.9, 0, 0.95, "1.5,0.4"),
}


class Drafter:
    """The head's distribution after any path of drafted tokens, given the committed prefix."""

    def __init__(self, target, head, offsets, layers):
        self.target = target
        self.head = head
        self.layers = layers
        self.embedding = target.get_input_embeddings().weight
        self.draft_to_target = torch.arange(len(offsets)) + offsets
        self.target_ids = self.draft_to_target.tolist()

    @torch.no_grad()
    def start(self, ids, sampling, coupling):
        """Begins a round; ids are the committed tokens and the root."""
        self.sampling, self.coupling, self.noise = sampling, coupling, {}
        self.prefix = len(ids) - 1
        result = self.target(input_ids=torch.tensor([ids[:-1]]), output_hidden_states=True)
        features = torch.cat([result.hidden_states[layer] for layer in self.layers], -1)
        embedded = F.embedding(torch.tensor([ids[1:]]), self.embedding)
        states, logits, keys, values = self.head.step(
            embedded, self.head.fc(features), torch.arange(self.prefix), [], []
        )
        self.keys, self.values = keys[0], values[0]
        scores = self.scores(logits[0, -1], self.prefix + 1)
        self.memo = {(): (states[:, -1:], scores, [], [])}

    def scores(self, logits, position):
        """log_softmax(beta * logits + gamma * noise) for the token at a position."""
        beta, gamma = self.coupling
        if gamma == 0:
            return (beta * logits).log_softmax(-1)
        if position not in self.noise:
            noise = gumbel(self.sampling.row_seed, position, len(self.embedding))
            self.noise[position] = noise[self.draft_to_target]
        return (beta * logits + gamma * self.noise[position]).log_softmax(-1)

    def scores_after(self, path):
        """Log-probabilities over the draft vocabulary after a path."""
        return self.after(path)[1]

    @torch.no_grad()
    def after(self, path):
        """State, scores, and the path's own keys and values."""
        if path not in self.memo:
            states, _, keys, values = self.after(path[:-1])
            embedded = F.embedding(torch.tensor([[path[-1]]]), self.embedding)
            position = torch.tensor([self.prefix + len(path) - 1])
            query, key, value = self.head.project(embedded, states, position)
            keys, values = keys + [key], values + [value]
            all_keys = self.head.spread(torch.cat([self.keys] + keys, 2))
            all_values = self.head.spread(torch.cat([self.values] + values, 2))
            scale = math.sqrt(self.head.shape.head_dim)
            weights = (query @ all_keys.transpose(-1, -2) / scale).softmax(-1)
            following, logits = self.head.finish(states, weights @ all_values)
            scores = self.scores(logits[0, 0], self.prefix + len(path) + 1)
            self.memo[path] = (following, scores, keys, values)
        return self.memo[path]


@torch.no_grad()
def plain(target, prompt, max_new_tokens, sampling):
    """Auto-regressive decoding, one token at a time."""
    tokens = []
    result = target(input_ids=torch.tensor([prompt]), use_cache=True)
    while True:
        tokens.append(choose(result.logits[0, -1], len(prompt) + len(tokens), sampling))
        if len(tokens) == max_new_tokens or tokens[-1] in EOS_IDS:
            return tokens
        following = torch.tensor([tokens[-1:]])
        result = target(input_ids=following, past_key_values=result.past_key_values, use_cache=True)


@torch.no_grad()
def tree_logits(target, ids, nodes):
    """Target logits at every row of a tree [rows, vocab], from one forward over prefix and tree."""
    base = len(ids) - 1
    length = base + len(nodes)
    tokens = ids + [node.token for node in nodes[1:]]
    positions = list(range(base)) + [base + len(node.path) for node in nodes]
    mask = torch.full((length, length), float("-inf")).triu(1)
    for row in range(len(nodes)):
        mask[base + row, base:] = float("-inf")
        ancestor = row
        while ancestor >= 0:
            mask[base + row, base + ancestor] = 0.0
            ancestor = nodes[ancestor].parent
    result = target(
        input_ids=torch.tensor([tokens]),
        position_ids=torch.tensor([positions]),
        attention_mask=mask[None, None],
    )
    return result.logits[0, base:]


def accept(logits, nodes, length, sampling):
    """Walks from the root: the accepted rows, and the tokens that the round commits."""
    current, accepted = 0, []
    while True:
        choice = choose(logits[current], length + len(nodes[current].path), sampling)
        followed = [i for i, n in enumerate(nodes) if n.parent == current and n.token == choice]
        if not followed:
            break
        current = followed[0]
        accepted.append(current)
        if choice in EOS_IDS:
            break
    ended = accepted and nodes[current].token in EOS_IDS
    return accepted, [nodes[i].token for i in accepted] + ([] if ended else [choice])


def generate(target, drafter, prompt, max_new_tokens, policy, sampling, coupling=(1.0, 0.0)):
    """Tokens and rounds of one prompt decoded with draft trees."""
    ids = list(prompt)
    with torch.no_grad():
        logits = target(input_ids=torch.tensor([ids])).logits[0, -1]
    ids.append(choose(logits, len(ids), sampling))
    rounds = []
    while len(ids) - len(prompt) < max_new_tokens and ids[-1] not in EOS_IDS:
        left = max_new_tokens - (len(ids) - len(prompt))
        nodes, layers = [ROOT], 0
        if left > 1:
            drafter.start(ids, sampling, coupling)
            nodes, layers = policy.grow(drafter, left - 1, EOS_IDS)
        logits = tree_logits(target, ids, nodes)
        accepted, committed = accept(logits, nodes, len(ids), sampling)
        rounds.append(round_record(ids, nodes, layers, accepted, committed))
        ids += committed
    return ids[len(prompt) :], rounds


def round_record(ids, nodes, layers, accepted, committed):
    return {
        "root": ids[-1],
        "position": len(ids) - 1,
        "tokens": [node.token for node in nodes[1:]],
        "parents": [node.parent for node in nodes[1:]],
        "logprobs": [round(node.log_probability, 5) for node in nodes[1:]],
        "layers": layers,
        "accepted": accepted,
        "committed": committed,
    }


def coupling_coefficients(text, temperature):
    """beta and gamma of a coupling option."""
    if text == "none":
        return 1.0, 0.0
    if text == "shared":
        return 1.0, temperature
    beta, gamma = text.split(",")
    return float(beta), float(gamma)


def run_record(rounds, tokens, expected):
    return {
        "num_rounds": len(rounds),
        "num_draft_forwards": sum(r["layers"] for r in rounds),
        "rounds": rounds,
        "equal_to_plain": tokens == expected,
    }


def greedy_runs(target, drafter, prompt, max_new_tokens, expected):
    """Every policy at temperature 0."""
    runs = {}
    for name, policy in POLICIES.items():
        tokens, rounds = generate(target, drafter, prompt, max_new_tokens, policy, GREEDY)
        runs[name] = run_record(rounds, tokens, expected)
    return runs


def sampled_runs(target, drafter, tokenizer, prompt, max_new_tokens, seed):
    """Every sampled setting, with plain sampling's tokens and text."""
    runs = {}
    for name, (policy, temperature, top_k, top_p, coupling) in SAMPLED.items():
        sampling = Sampling(temperature, seed, top_k, top_p)
        expected = plain(target, prompt, max_new_tokens, sampling)
        coefficients = coupling_coefficients(coupling, temperature)
        tokens, rounds = generate(
            target, drafter, prompt, max_new_tokens, POLICIES[policy], sampling, coefficients
        )
        runs[name] = run_record(rounds, tokens, expected) | {
            "policy": policy,
            "temperature": temperature,
            "top_k": top_k,
            "top_p": top_p,
            "coupling": coupling,
            "tokens": expected,
            "text": tokenizer.decode(expected, skip_special_tokens=True),
        }
    return runs


def reference_case(target, drafter, tokenizer, row, prompt_id, options):
    """Everything about one prompt."""
    prompt = tokenizer.encode(render_prompt(row["turns"][:1])).ids
    seed = row_seed(options.seed, prompt_id, 0)
    greedy = plain(target, prompt, options.max_new_tokens, GREEDY)
    return {
        "category": row["category"],
        "prompt": row["turns"][0],
        "prompt_id": prompt_id,
        "seed": options.seed,
        "row_seed": seed,
        "prompt_ids": prompt,
        "max_new_tokens": options.max_new_tokens,
        "greedy": greedy,
        "text": tokenizer.decode(greedy, skip_special_tokens=True),
        "runs": greedy_runs(target, drafter, prompt, options.max_new_tokens, greedy),
        "sampled": sampled_runs(target, drafter, tokenizer, prompt, options.max_new_tokens, seed),
    }


def print_totals(cases):
    """tau, delta and equality with plain decoding, per setting over all prompts."""
    totals = defaultdict(lambda: [0, 0, 0, 0])
    for case in cases:
        for name, run in (case["runs"] | case["sampled"]).items():
            committed = sum(len(r["committed"]) for r in run["rounds"])
            sums = [committed, run["num_rounds"], run["num_draft_forwards"], run["equal_to_plain"]]
            totals[name] = [a + b for a, b in zip(totals[name], sums)]
    for name, (tokens, rounds, forwards, equal) in totals.items():
        tau, delta = tokens / max(1, rounds), forwards / max(1, rounds)
        print(f"{name}: tau {tau:.3f}, delta {delta:.3f}, equal to plain {equal} of {len(cases)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--target", required=True, help="directory of the exported target")
    parser.add_argument("--head", required=True, help="directory of the head")
    parser.add_argument("--prompts", required=True, help="JSON lines with category and turns")
    parser.add_argument("--output", required=True, help="JSON file to write")
    parser.add_argument("--count", type=int, default=12, help="prompts to use (default: 12)")
    parser.add_argument("--max-new-tokens", type=int, default=96, help="(default: 96)")
    parser.add_argument("--seed", type=int, default=20261122, help="of the sampled runs (default: 20261122)")
    parser.add_argument("--threads", type=int, default=2, help="(default: 2)")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    target = AutoModelForCausalLM.from_pretrained(options.target, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(f"{options.target}/tokenizer.json")
    drafter = Drafter(target, *load_head(options.head))
    cases = []
    for i, row in enumerate(read_json_lines(options.prompts, options.count)):
        cases.append(reference_case(target, drafter, tokenizer, row, str(i), options))
        print(f"prompt {i} done", flush=True)
    with open(options.output, "w", encoding="utf-8") as out:
        json.dump(cases, out)
    print_totals(cases)


if __name__ == "__main__":
    main()
