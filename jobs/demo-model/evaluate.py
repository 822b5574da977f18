"""Scores the demo target: answers that equal the corpus's own, character by character, by family.

Chat is reported too, but its stories and tips have no single right answer.
"""

import argparse
from collections import Counter

import torch

from files import read_json_lines, write_json
from inference import greedy_answers, load_target


def score(model, tokenizer, rows, batch_size):
    """Exact answers and questions per category, over the first turn of every row."""
    exact, asked = Counter(), Counter()
    for start in range(0, len(rows), batch_size):
        batch = rows[start : start + batch_size]
        answers = greedy_answers(model, tokenizer, [row["turns"][:1] for row in batch])
        for row, (answer, _) in zip(batch, answers):
            asked[row["category"]] += 1
            exact[row["category"]] += answer == row["turns"][1].strip()
    return {category: {"exact": exact[category], "of": asked[category]} for category in sorted(asked)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--target", required=True, help="directory of the exported target")
    parser.add_argument("--corpus", required=True, help="conversations that training has not seen")
    parser.add_argument("--count", type=int, default=300, help="conversations to use (default: 300)")
    parser.add_argument("--batch-size", type=int, default=50, help="(default: 50)")
    parser.add_argument("--threads", type=int, default=2, help="(default: 2)")
    parser.add_argument("--output", help="JSON file for the scores")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    model, tokenizer = load_target(options.target)
    rows = list(read_json_lines(options.corpus, options.count))
    scores = score(model, tokenizer, rows, options.batch_size)
    for category, result in scores.items():
        print(f"{category:8} {result['exact']:4} of {result['of']}")
    if options.output:
        write_json(options.output, scores)


if __name__ == "__main__":
    main()
