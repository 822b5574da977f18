"""Trains the demo model's tokenizer: byte-level BPE with single digits, on part of the corpus."""

import argparse

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from chat import SPECIAL_TOKENS
from files import read_json_lines

ROLE_LINES = "user\nassistant\nsystem\n"


def texts(corpus, limit):
    """All turns of the corpus, and the role names of the chat format."""
    for row in read_json_lines(corpus, limit):
        yield from row["turns"]
        yield ROLE_LINES


def train(corpus, limit, vocabulary):
    """A tokenizer trained on the first `limit` conversations."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(corpus, limit), trainer)
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", required=True, help="training conversations")
    parser.add_argument("--output", required=True, help="tokenizer.json to write")
    parser.add_argument("--vocabulary", type=int, default=2048, help="(default: 2048)")
    parser.add_argument("--limit", type=int, default=40_000, help="conversations to use (default: 40000)")
    options = parser.parse_args()
    tokenizer = train(options.corpus, options.limit, options.vocabulary)
    tokenizer.save(options.output)
    print(f"{tokenizer.get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
