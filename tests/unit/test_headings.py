"""Rows that were pasted from a table: each cell knows its heading, and what the heading tells is found in it."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.contents import ToRead, read_contents
from tessera.extract.mentions import find_mentions
from tessera.extract.mentions.headings import cells
from tessera.extract.tools import Tools
from tessera.model.found import FoundBy, Mention, MentionType, Off


def told(text: str) -> list[tuple[str, str]]:
    return [(" ".join(sorted(cell.heading)), text[cell.start : cell.end]) for cell in cells(text)]


@pytest.mark.parametrize("sign", ["|", "\t", ";", ","])
def test_cells_are_told_by_the_row_of_headings_above_them(sign: str) -> None:
    text = "\n".join(sign.join(row) for row in (["Name", "Cell phone"], ["Keel", '"302"'], ["Ann ", " 484"]))
    assert told(text) == [("name", "Keel"), ("cell phone", "302"), ("name", "Ann"), ("cell phone", "484")]


@pytest.mark.parametrize(
    "text",
    ["", ",", "no table\nat all", "a,b\nonly one", "1,2\n3,4", "He came, saw\nand left", "a|b|c\n1|2", f"{'long ' * 9},b\n1,2"],
)  # fmt: skip
def test_what_is_no_table_has_no_cells(text: str) -> None:
    assert told(text) == []


def test_rows_end_where_they_are_parted_otherwise_and_the_next_table_has_its_own_headings() -> None:
    text = "bank,rtn / Kiln,055058036 / The end.\nplate|state\nBXT4471|NC"
    assert told(text) == [("bank", "Kiln"), ("rtn", "055058036"), ("plate", "BXT4471"), ("state", "NC")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bank,RTN / Kiln,055058036 / Palisade,031345310", [("bank-routing", "055058036"), ("bank-routing", "031345310")]),
        ("Bank,RTN\nKiln,055058037", []),
        ("name,ssn,phone\nKeel A,221-64-0917,3025550184", [("social-security-number", "***-**-0917"), ("phone", "+13025550184")]),
        ("name,part,count\nKeel A,221640917,3025550184", []),
        ("make|plate|state\nFord|BXT4471|NC\nKia|7LXK204|CA", [("plate", "NC BXT4471"), ("plate", "CA 7LXK204")]),
        ("make;tag\nFord;BXT4471", [("plate", "BXT4471")]),
    ],
)  # fmt: skip
def test_what_the_heading_tells_is_found_below_it(text: str, found: list[tuple[str, str]]) -> None:
    kinds = {"bank-routing", "social-security-number", "phone", "plate"}
    assert [(m.type, m.value) for m in find_mentions(text, Gazetteers()) if m.type in kinds] == found


def test_a_row_that_stands_alone_is_read_below_the_first_row_of_its_table() -> None:
    above, row = "Unit | Time | Callback | Tag | State", "Adam | 0915 | 3025550184 | BXT4471 | NC"
    kinds = {"time", "phone", "plate"}
    alone = [m.value for m in find_mentions(row, Gazetteers()) if m.type in kinds]
    below = [(m.value, row[m.start : m.end]) for m in find_mentions(row, Gazetteers(), above=above) if m.type in kinds]
    assert "+13025550184" not in alone
    assert below == [("09:15", "0915"), ("+13025550184", "3025550184"), ("NC BXT4471", "BXT4471")]
    assert [m.value for m in find_mentions(row, Gazetteers(), above="Unit | Time") if m.type == "phone"] == []


def test_cells_of_a_document_s_table_are_read_by_their_headings(tmp_path: Path) -> None:
    rows = [("Unit", "Time", "Callback"), ("Adam", "0915", "3025550184"), ("Baker", "0950", "3025550185")]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><html><body><p>Callback 0915</p><table>{table}</table><p>1015</p></body></html>")
    off = Off(why="It is not asked here.", advice="")
    file = ToRead(path=page, filename=page.name, tools=Tools(pictures=off, speech=off, names=off), words=Gazetteers())
    values = [mention.value for part in read_contents(file) for told in part.told for mention in told.mentions]
    assert values == ["09:15", "+13025550184", "09:50", "+13025550185"]


class Eager:
    """Stands in for the port of a model: holds every word with a capital for a person."""

    def find(self, texts: Sequence[str]) -> list[tuple[Mention, ...]]:
        return [
            tuple(self._person(word) for word in re.finditer(r"[A-Z][a-z]+(?: [A-Z][a-z]+)?", text)) for text in texts
        ]

    def _person(self, word: re.Match[str]) -> Mention:
        start, end = word.span()
        return Mention(
            start=start, end=end, type=MentionType.PERSON, value=word[0], by=FoundBy.MODEL, rule="eager", confidence=0.8
        )


def test_single_words_of_headings_are_no_names(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    rows = "".join(
        f"<tr><td>{first}</td><td>{last}</td></tr>" for first, last in (("Callback", "Unit"), ("Baker", "Ann Reyes"))
    )
    page.write_text(f"<!doctype html><html><body><table>{rows}</table></body></html>")
    off = Off(why="It is not asked here.", advice="")
    file = ToRead(
        path=page, filename=page.name, tools=Tools(pictures=off, speech=off, names=Eager()), words=Gazetteers()
    )
    named = [mention.value for part in read_contents(file) for told in part.told for mention in told.mentions]
    assert named == ["Baker", "Ann Reyes"]
