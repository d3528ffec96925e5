"""What survived the mutation run is explained, and the explanations are about the code that there is."""

import ast

import mutate
import pytest
from mutants import mutants

BOOK = mutate.read_book()
UNEXPLAINED_AT_MOST = 70
"""How many survivors were not looked into when this was written. Lower it with each that is explained or killed."""


def names(module: str) -> list[str]:
    return [each.id for each in mutants(ast.parse((mutate.PACKAGE / f"{module}.py").read_text(encoding="utf-8")))]


def test_the_page_says_which_modules_were_not_tried() -> None:
    assert set(BOOK) <= set(mutate.modules())
    page = mutate.PAGE.read_text(encoding="utf-8")
    assert all(module in page for module in mutate.modules())


@pytest.mark.parametrize("module", sorted(BOOK))
def test_each_survivor_is_explained_and_still_there(module: str) -> None:
    survivors = BOOK[module]["survivors"]
    assert [name for name, why in survivors.items() if why != mutate.UNSAID and len(why) < 20] == []
    assert set(survivors) <= set(names(module)), "this code has changed: run tools/mutate.py again"
    assert BOOK[module]["mutants"] == BOOK[module]["killed"] + len(survivors)


def test_what_nobody_has_explained_only_becomes_less() -> None:
    assert sum(mutate.unexplained(entry) for entry in BOOK.values()) <= UNEXPLAINED_AT_MOST


def test_the_page_is_written_from_the_book() -> None:
    assert mutate.PAGE.read_text(encoding="utf-8") == mutate.page_of(BOOK)
