"""Reads labelled lines: a label stands in its line as ⟦type|words|value⟧."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

LABELLED = Path(__file__).resolve().parent / "labelled"
_LABEL = re.compile(r"⟦([a-z-]+)\|(.*?)\|([^⟧]*)⟧")


@dataclass(frozen=True)
class Label:
    """What stands where, and its value."""

    type: str
    start: int
    end: int
    value: str


def lines(name: str) -> list[tuple[str, list[Label]]]:
    """Read a file of labelled lines: each text with its labels."""
    given = yaml.safe_load((LABELLED / name).read_text(encoding="utf-8"))
    return [unmarked(line) for line in given["lines"]]


def unmarked(line: str) -> tuple[str, list[Label]]:
    """Take the labels out of a line."""
    text, labels, after = "", [], 0
    for match in _LABEL.finditer(line):
        text += line[after : match.start()]
        labels.append(Label(match[1], len(text), len(text) + len(match[2]), match[3]))
        text, after = text + match[2], match.end()
    return text + line[after:], labels
