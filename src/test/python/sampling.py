"""Choosing a token: the best logit, or the best of filtered logits under noise."""

from dataclasses import dataclass

from noise import gumbel


@dataclass(frozen=True)
class Sampling:
    """How the target chooses; temperature 0 is greedy."""

    temperature: float = 0.0
    row_seed: int = 0
    top_k: int = 0
    top_p: float = 1.0


GREEDY = Sampling()


def filtered(logits, sampling):
    """Logits with -inf where top-k, then top-p, cut; the token that crosses top_p stays."""
    if sampling.top_k:
        kept = min(sampling.top_k, len(logits))
        logits = logits.masked_fill(logits < logits.topk(kept).values[-1], float("-inf"))
    if sampling.top_p < 1:
        probabilities = (logits / sampling.temperature).softmax(-1)
        values, order = probabilities.sort(descending=True, stable=True)
        cut = values.cumsum(0) - values >= sampling.top_p
        logits = logits.clone()
        logits[order[cut]] = float("-inf")
    return logits


def choose(logits, position, sampling):
    """The token for an absolute position."""
    if sampling.temperature == 0:
        return logits.argmax().item()
    noise = gumbel(sampling.row_seed, position, len(logits))
    return (filtered(logits, sampling) + sampling.temperature * noise).argmax().item()
