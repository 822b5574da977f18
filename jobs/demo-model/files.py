"""Reading and writing the small files of this folder's programs."""

import itertools
import json
from pathlib import Path


def read_json_lines(path, limit=None):
    """The objects of a JSON-lines file, at most `limit` of them."""
    with open(path, encoding="utf-8") as lines:
        yield from (json.loads(line) for line in itertools.islice(lines, limit))


def write_json_lines(path, rows):
    """One JSON object a line; text stays readable."""
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_json(path, value, indent=2):
    """One JSON document with a newline at its end."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    Path(path).write_text(text + "\n", encoding="utf-8")
