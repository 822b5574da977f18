"""How a draft tree grows: TALON (arXiv 2601.07353, algorithm 2) and the static tree of EAGLE.

A drafter gives, for a path of drafted tokens, the log-probability of every child. These versions
are written to be checked by eye: they sort whole pools and recompute nothing cleverly.
"""

import math
from dataclasses import dataclass

ROOT_PATH = ()


@dataclass(frozen=True)
class Node:
    """One row of a tree; row 0 is the root."""

    token: int | None
    parent: int
    log_probability: float  # of the path from the root
    path: tuple

    def ends_in(self, eos_ids):
        return self.token in eos_ids


ROOT = Node(None, -1, 0.0, ROOT_PATH)


def children(drafter, path, log_probability):
    """Pairs (log-probability of the path, token) for the whole draft vocabulary."""
    scores = drafter.scores_after(path)
    return [(log_probability + s, t) for s, t in zip(scores.tolist(), drafter.target_ids)]


@dataclass(frozen=True)
class TalonPolicy:
    """Grows while the budget lasts, keeping what comes near the best candidate of its layer."""

    budget: int
    width: int
    mu: float

    def grow(self, drafter, max_depth, eos_ids):
        """The nodes, root first, and the number of layers grown."""
        nodes, frontier, layers = [ROOT], [0], 0
        while len(nodes) < self.budget and layers < max_depth:
            pool = [
                (score, row, token)
                for row in frontier
                if not nodes[row].ends_in(eos_ids)
                for score, token in children(drafter, nodes[row].path, nodes[row].log_probability)
            ]
            if not pool:
                break
            layers += 1
            frontier = []
            for score, row, token in self.survivors(pool, layers, self.budget - len(nodes)):
                frontier.append(len(nodes))
                nodes.append(Node(token, row, score, nodes[row].path + (token,)))
        return nodes, layers

    def survivors(self, pool, layer, room):
        """The candidates of one layer that enter the tree, ordered by parent, then by score."""
        pool = sorted(pool, key=lambda c: (-c[0], c[1], c[2]))
        if layer == 1:
            kept = pool[: self.width]
        else:
            gate = pool[0][0] + math.log(self.mu)
            kept = [c for c in pool if c[0] >= gate]
        return sorted(kept[:room], key=lambda c: (c[1], -c[0], c[2]))


@dataclass(frozen=True)
class StaticTreePolicy:
    """EAGLE-2: a fixed number of layers, then the best of everything that was proposed."""

    budget: int
    width: int
    layers: int

    def grow(self, drafter, max_depth, eos_ids):
        """The nodes, root first, and the number of layers grown."""
        pool, frontier, grown = [], [(ROOT_PATH, 0.0)], 0
        for _ in range(min(self.layers, max_depth)):
            frontier = [f for f in frontier if not (f[0] and f[0][-1] in eos_ids)]
            if not frontier:
                break
            grown += 1
            candidates = []
            for path, log_probability in frontier:
                ranked = sorted(children(drafter, path, log_probability), key=lambda c: (-c[0], c[1]))
                candidates += [(path + (token,), score) for score, token in ranked[: self.width]]
            pool += candidates
            frontier = sorted(candidates, key=lambda c: -c[1])[: self.width]
        best = sorted(pool, key=lambda c: (-c[1], len(c[0])))[: self.budget - 1]
        return self.tree(best), grown

    @staticmethod
    def tree(chosen):
        """Nodes of the chosen paths, shallow ones first."""
        nodes, rows = [ROOT], {ROOT_PATH: 0}
        for path, log_probability in sorted(chosen, key=lambda c: len(c[0])):
            rows[path] = len(nodes)
            nodes.append(Node(path[-1], rows[path[:-1]], log_probability, path))
        return nodes
