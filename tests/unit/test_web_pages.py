from pathlib import Path

import pytest
from reading import piece_of, read_piece, texts

from tessera.errors import Hostile
from tessera.extract.blocks import told
from tessera.extract.web_pages import read_page
from tessera.model.found import PassageSort


def _texts(html: str) -> list[str]:
    return [passage.text for passage in told(read_page(html).blocks)]


def test_only_what_a_reader_sees_is_told() -> None:
    html = "<head><title>A &amp; B</title><style>p{}</style></head><p>Seen<script>x()</script><p style='display: none'>hid</p><p hidden>hid<noscript>n</noscript><!-- c -->"
    assert _texts(html) == ["Seen"]
    assert read_page(html).title == "A & B"


def test_blocks_headings_and_rows_are_told_apart() -> None:
    html = "Top<h2>Head</h2><ul><li>one<li>two <b>bold</b></ul><table><tr><th>Plate<td>4AB 123<tr><td>only</table>End<br>of it"
    assert [(passage.sort, passage.text) for passage in told(read_page(html).blocks)] == [
        (PassageSort.PARAGRAPH, "Top"),
        (PassageSort.HEADING, "Head"),
        (PassageSort.PARAGRAPH, "one"),
        (PassageSort.PARAGRAPH, "two bold"),
        (PassageSort.ROW, "Plate | 4AB 123"),
        (PassageSort.PARAGRAPH, "only"),
        (PassageSort.PARAGRAPH, "End\nof it"),
    ]


def test_rows_are_numbered_through_the_page_and_name_their_cells() -> None:
    table = "<table><tr><td>a<td>b</table>"
    rows = list(told(read_page(table + "<p>x</p>" + table).blocks))
    assert [[word.cell for word in row.words] for row in rows if row.words] == [["A1", "B1"], ["A2", "B2"]]


@pytest.mark.parametrize("encoding", ["iso-2022-jp", "koi8-r", "shift_jis"])
def test_a_page_is_read_in_the_encoding_that_it_names(tmp_path: Path, encoding: str) -> None:
    said = "Привет" if encoding == "koi8-r" else "交通事故"
    page = f'<html><meta charset="{encoding}"><p>{said}</p></html>'.encode(encoding)
    assert texts(read_piece(piece_of(tmp_path, page))) == [said]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<a href='https://x.example/a'>here</a>", "here (https://x.example/a)"),
        ("<a href='https://x.example/'>x.example</a>", "x.example"),
        ("<a href='mailto:ann@a.example'>ann@a.example</a>", "ann@a.example"),
        ("<a href='#top'>up</a>", "up"),
        ("<a href='javascript:x()'>go</a>", "go"),
    ],
)
def test_a_link_says_where_it_leads_unless_it_shows_it(html: str, text: str) -> None:
    assert _texts(html) == [text]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>It weighed<a href='#n1'><sup>1</sup></a> 3 lb.<sup><a href='notes.xhtml#n2'>[2]</a></sup></p>", "It weighed 1 3 lb. [2]"),
        ("<p><sup><a href='#called'>1</a></sup>A remark, 4 m<sup>2</sup>, see <a href='#b'>part B</a>.</p>", "1 A remark, 4 m2, see part B."),
    ],
)  # fmt: skip
def test_the_mark_of_a_note_is_no_part_of_the_word_beside_it(html: str, text: str) -> None:
    assert _texts(html) == [text]


def test_a_page_nested_as_no_page_is_is_hostile() -> None:
    with pytest.raises(Hostile, match="nests"):
        read_page("<div>" * 100_000 + "x")


def test_an_empty_or_broken_page_says_nothing() -> None:
    assert _texts("") == []
    assert _texts("<p><b>a</p></b><table><tr><td>") == ["a"]
