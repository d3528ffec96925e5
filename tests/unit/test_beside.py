"""Two records side by side."""

from uuid import UUID

import pytest

from tessera.model.marking import FieldClass, Marking
from tessera.model.record import RecordView, TermValue
from tessera.web.beside import Likeness, beside


def record(**values: str) -> RecordView:
    return RecordView(
        uid=UUID(int=1), kind="person", kind_label="Person", headline="", terms=tuple(term(*v) for v in values.items()),
        source="s", source_label="S", agency="a", holding="h", marking=Marking(), event_time=None, latitude=None,
        longitude=None, delivery=UUID(int=2), locator="row 1", mapping="", known_from=0, known_to=None,
    )  # fmt: skip


def term(name: str, value: str) -> TermValue:
    hidden = value == "(masked)"
    return TermValue(
        term=name, label=name.title(), value="" if hidden else value, field_class=FieldClass.IDENTIFIER, masked=hidden
    )


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Munoz", "Munoz", Likeness.EQUAL),
        ("Muñoz", "MUNOZ", Likeness.ALIKE),
        ("Munoz", "Munos", Likeness.DIFFERS),
        ("(masked)", "Munos", Likeness.MASKED),
        ("(masked)", "(masked)", Likeness.MASKED),
    ],
)
def test_two_values_agree_differ_or_are_masked(left: str, right: str, expected: Likeness) -> None:
    (row,) = beside(record(surname=left), record(surname=right))
    assert row.likeness is expected
    assert row.likeness.words


def test_what_only_one_says_stands_last() -> None:
    rows = beside(record(alias="Red", surname="Munoz"), record(surname="Munoz", phone="302"))
    assert [(row.label, row.likeness) for row in rows] == [
        ("Surname", Likeness.EQUAL),
        ("Alias", Likeness.ONE),
        ("Phone", Likeness.ONE),
    ]


def test_only_the_letters_that_differ_are_marked() -> None:
    (row,) = beside(record(surname="Schmidt"), record(surname="Schmitt"))
    assert row.left_pieces == (("Schmi", False), ("d", True), ("t", False))
    assert "".join(text for text, _ in row.right_pieces) == "Schmitt"


def test_values_that_have_nothing_in_common_are_marked_whole() -> None:
    (row,) = beside(record(surname="Okafor"), record(surname="Jensen"))
    assert row.left_pieces == (("Okafor", True),)


def test_a_masked_value_leaves_no_trace() -> None:
    (row,) = beside(record(surname="(masked)"), record(surname="Jensen"))
    assert row.left_pieces == row.right_pieces == ()
