"""Each policy has a name and a sentence that a privacy officer can sign."""

import re
from pathlib import Path

from tessera.trust import cedar
from tessera.trust.policy import Policy

STATEMENT = re.compile(r"\b(permit|forbid)\b\s*\(")


def test_each_policy_has_a_name_and_a_sentence() -> None:
    for file in sorted(Path(cedar.BASE).glob("*.cedar")):
        for line, statement in cedar.split_statements(file.read_text(encoding="utf-8")):
            assert re.search(r'^@id\("[a-z0-9-]+"\)$', statement, re.MULTILINE), f"{file.name}:{line}"
            assert re.search(r'^@reads\("[A-Z].*\."\)$', statement, re.MULTILINE), f"{file.name}:{line}"
            assert STATEMENT.search(statement), f"{file.name}:{line}"


def test_the_policy_answers_for_every_statement_in_its_files() -> None:
    texts = [re.sub(r"//.*|@\w+\(.*\)", "", file.read_text()) for file in Path(cedar.BASE).glob("*.cedar")]
    assert len(Policy.load().rules()) == sum(len(STATEMENT.findall(text)) for text in texts)
