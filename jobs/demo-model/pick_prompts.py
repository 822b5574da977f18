"""Picks sample prompts that the demo target answers well, alike in number over six categories.

Candidates come from the corpus generators with a seed of their own. One is taken if its wording is
new (the sentence without names, numbers and list words) and the target's answer is the expected
one; an open-ended one has to come to an end and not to repeat itself. Chat rows have two turns, the
second a request that stands on its own.

Each line: {"id": "math-1", "category": "math", "turns": ["..."]}
"""

import argparse
import random
import re

import torch

from corpus import FOLLOW_UPS
from files import write_json_lines
from inference import greedy_answers, load_target
from tasks import words
from tasks.arithmetic import word_problem
from tasks.conversation import SKILLS, advice, list_task, story
from tasks.extraction import extraction
from tasks.programs import function_request
from tasks.questions import question
from tasks.summaries import summary

CATEGORIES = {
    "math": [[word_problem]],
    "code": [[function_request]],
    "chat": [[story, list_task, advice], FOLLOW_UPS],  # a first and a second turn
    "qa": [[question]],
    "summary": [[summary]],
    "extraction": [[extraction]],
}


def replaceable_words():
    """Every word of the word lists, plural and singular."""
    lists = [words.NAMES, words.LAST_NAMES, words.CITIES, words.COLORS, words.FEELINGS, words.WEATHERS]
    lists += [words.ADJECTIVES, words.DAYS, words.MONTHS, words.ANIMALS, words.CAPITALS]
    lists += [*words.ITEMS, *words.GROUPS.values()]
    phrases = [*words.CAPITALS.values(), *SKILLS]
    lists += [phrase.split() for phrase in phrases]
    return {word for group in lists for word in group}


REPLACEABLE = replaceable_words()


def wording(text):
    """The opening of a request with whatever the generators vary left out."""
    kept = [word for word in re.findall(r"[A-Za-z]+", text) if word not in REPLACEABLE]
    return " ".join(kept[:8])


def candidate(rng, category, row):
    """A conversation [user, assistant, ...] of the category, and the task of each question.

    The rows of a category go round the tasks of its first turn.
    """
    first, *later = CATEGORIES[category]
    tasks = [first[row % len(first)]] + [rng.choice(choices) for choices in later]
    turns = [text for task in tasks for text in task(rng)]
    return turns, tasks


def is_open_ended(task, expected):
    """Whether many answers are right: stories, advice, and lists of examples."""
    return task in (story, advice) or (task is list_task and expected.startswith("1."))


def misses_an(questions):
    """Whether "a" stands before a vowel: some generators know no "an"."""
    return any(re.search(r"\b[Aa] [aeiou]", question) for question in questions)


def repeats_itself(text):
    """Whether a sentence, an item or a step comes twice."""
    parts = [part.strip() for part in re.split(r"\. |\n|, ", text)]
    parts = [part.rstrip(".") for part in parts if part and not part.isdigit()]
    return len(set(parts)) < len(parts)


def is_answered(model, tokenizer, turns, tasks):
    """Whether the target, talking with itself as the assistant, answers every turn as it should."""
    spoken = []
    for i, task in enumerate(tasks):
        spoken.append(turns[2 * i])
        [(answer, ended)] = greedy_answers(model, tokenizer, [spoken])
        expected = turns[2 * i + 1].strip()
        is_right = answer == expected or (is_open_ended(task, expected) and not repeats_itself(answer))
        if not ended or not is_right:
            return False
        spoken.append(answer)
    return True


def pick(model, tokenizer, rng, category, count):
    """The rows of one category."""
    rows, seen = [], set()
    while len(rows) < count:
        turns, tasks = candidate(rng, category, len(rows))
        questions = turns[0::2]
        shapes = {wording(text) for text in questions}
        is_new = not shapes & seen and len(shapes) == len(questions)
        if not is_new or misses_an(questions) or not is_answered(model, tokenizer, turns, tasks):
            continue
        seen |= shapes
        rows.append({"id": f"{category}-{len(rows) + 1}", "category": category, "turns": questions})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--target", required=True, help="directory of the exported target")
    parser.add_argument("--output", required=True, help="file to write")
    parser.add_argument("--per-category", type=int, default=7, help="(default: 7)")
    parser.add_argument("--seed", type=int, default=2602, help="must not be a training seed (default: 2602)")
    options = parser.parse_args()

    torch.set_num_threads(1)
    model, tokenizer = load_target(options.target)
    rng = random.Random(options.seed)
    rows = []
    for category in CATEGORIES:
        rows += pick(model, tokenizer, rng, category, options.per_category)
    write_json_lines(options.output, rows)
    print(f"{len(rows)} prompts")


if __name__ == "__main__":
    main()
