"""Compares the measurements of never-slower.sh: a Markdown table, then every bar and whether it holds. Standard library only."""

import json
import sys
from pathlib import Path


def read(file):
    return [json.loads(line) for line in file.read_text().splitlines() if line.strip()]


def label(row):
    return row["policy"] if row["policy"] in ("ar", "auto") else f"{row['policy']} {row['budget']}"


def main(folder):
    bars = []
    taus = {}
    print("| models | batch | T | ar tokens/s | auto | auto / ar | best other | its tokens/s | auto / best | tau | delta | equal |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    order = lambda file: (file.stem.rsplit("-", 2)[0], float(file.stem.rsplit("-", 2)[2]), int(file.stem.rsplit("-", 2)[1]))
    for file in sorted((f for f in folder.glob("*.json")), key=order):
        name, batch, temperature = file.stem.rsplit("-", 2)
        rows = read(file)
        if name.startswith("coupling:"):
            taus[name[len("coupling:"):]] = next(row["tau"] for row in rows if row["policy"] == "talon")
            continue
        plain = next(row for row in rows if row["policy"] == "ar")
        auto = next(row for row in rows if row["policy"] == "auto")
        others = [row for row in rows if row["policy"] not in ("ar", "auto")]
        best = max(others, key=lambda row: row["tokens_per_s"], default=None)
        ratio = auto["tokens_per_s"] / plain["tokens_per_s"]
        against = auto["tokens_per_s"] / best["tokens_per_s"] if best else None
        print(
            f"| {name} | {batch} | {temperature} | {plain['tokens_per_s']:.1f} | {auto['tokens_per_s']:.1f} | {ratio:.2f} | "
            + (f"{label(best)} | {best['tokens_per_s']:.1f} | {against:.2f}" if best else "| |")
            + f" | {auto['tau']:.2f} | {auto['delta']:.2f} | {'yes' if all(row['equal_to_ar'] for row in rows) else 'NO'} |"
        )
        where = f"{name}, batch {batch}, T {temperature}"
        least = 0.95 if name.startswith("category:") else 0.98
        if name == "demo" and temperature == "0":
            least = {"1": 1.8, "4": 1.3}.get(batch, least)
        bars.append((ratio >= least, f"{where}: {ratio:.3f} of plain decoding, at least {least}"))
        if best:
            bars.append((against >= 0.97, f"{where}: {against:.3f} of {label(best)}, at least 0.97"))
        bars.append((all(row["equal_to_ar"] for row in rows), f"{where}: every text equals plain decoding's"))
    if {"none", "fitted"} <= taus.keys():
        gain = taus["fitted"] / taus["none"]
        bars.append((gain >= 1.15, f"stories, T 1, talon 16: tau {taus['fitted']:.2f} fitted, {taus['none']:.2f} without: {gain:.3f}, at least 1.15"))
    print()
    for holds, text in bars:
        print(f"- {'holds' if holds else 'FAILS'}: {text}")
    print(f"\n{sum(holds for holds, _ in bars)} of {len(bars)} bars hold")
    return 0 if bars and all(holds for holds, _ in bars) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
