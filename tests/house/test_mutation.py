"""What survived the mutation run is explained, and the explanations are about the code that there is."""

import ast

import mutate
import pytest
from mutants import mutants

BOOK = mutate.read_book()


def names(module: str) -> list[str]:
    return [each.id for each in mutants(ast.parse((mutate.PACKAGE / f"{module}.py").read_text(encoding="utf-8")))]


def test_every_module_of_trust_was_tried_as_it_is_now() -> None:
    assert set(BOOK) == set(mutate.modules())
    changed = [module for module, entry in BOOK.items() if entry["source"] != mutate.digest(module)]
    assert not changed, f"run: python tools/mutate.py {' '.join(changed)}"


@pytest.mark.parametrize("module", sorted(BOOK))
def test_each_survivor_is_explained_and_still_there(module: str) -> None:
    survivors = BOOK[module]["survivors"]
    assert [name for name, why in survivors.items() if why != mutate.UNSAID and len(why) < 20] == []
    assert set(survivors) <= set(names(module)), "this code has changed: run tools/mutate.py again"
    assert BOOK[module]["mutants"] == BOOK[module]["killed"] + len(survivors)


def test_nothing_that_survives_is_left_without_a_reason() -> None:
    assert {module: mutate.unexplained(entry) for module, entry in BOOK.items() if mutate.unexplained(entry)} == {}


def test_the_page_is_written_from_the_book() -> None:
    assert mutate.PAGE.read_text(encoding="utf-8") == mutate.page_of(BOOK)
