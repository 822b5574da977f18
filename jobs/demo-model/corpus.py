"""Writes the synthetic instruction corpus that the demo model is trained on.

Six task families follow the benchmark families of the speculative-decoding literature, from nearly
deterministic (code, extraction, arithmetic) to open (stories, tips). Everything is made from the
word lists in tasks/words.py; the same seed always gives the same bytes.

Each line: {"category": str, "turns": [user, assistant, user, assistant, ...]}
"""

import argparse
import json
import random

from tasks.arithmetic import word_problem
from tasks.conversation import advice, list_task, story
from tasks.extraction import extraction
from tasks.programs import function_request
from tasks.questions import question
from tasks.summaries import summary

CHAT = "chat"
CHAT_TASKS = [story, story, list_task, advice]  # stories twice: they are the open end
FOLLOW_UPS = [story, list_task, advice, question, word_problem]
FOLLOW_UP_SHARE = 0.2

FAMILIES = {
    "math": word_problem,
    "code": function_request,
    CHAT: None,  # one of CHAT_TASKS
    "qa": question,
    "sum": summary,
    "extract": extraction,
}
WEIGHTS = [22, 18, 24, 12, 12, 12]


def conversation(rng, category=None):
    """One conversation of the category, or of a random one."""
    category = category or rng.choices(list(FAMILIES), WEIGHTS)[0]
    task = FAMILIES[category] or rng.choice(CHAT_TASKS)
    turns = task(rng)
    if category == CHAT and rng.random() < FOLLOW_UP_SHARE:
        turns += rng.choice(FOLLOW_UPS)(rng)
    return {"category": category, "turns": turns}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--output", required=True, help="file to write")
    parser.add_argument("--count", type=int, required=True, help="conversations")
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with open(options.output, "w", encoding="utf-8") as out:
        for _ in range(options.count):
            out.write(json.dumps(conversation(rng)) + "\n")


if __name__ == "__main__":
    main()
