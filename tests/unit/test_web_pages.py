import pytest

from tessera.errors import Hostile
from tessera.extract.web_pages import read_page
from tessera.model.found import PassageSort


def _texts(html: str) -> list[str]:
    return [text for _, text in read_page(html).blocks]


def test_only_what_a_reader_sees_is_told() -> None:
    html = "<head><title>A &amp; B</title><style>p{}</style></head><p>Seen<script>x()</script><p style='display: none'>hid</p><p hidden>hid<noscript>n</noscript><!-- c -->"
    assert _texts(html) == ["Seen"]
    assert read_page(html).title == "A & B"


def test_blocks_headings_and_rows_are_told_apart() -> None:
    html = "Top<h2>Head</h2><ul><li>one<li>two <b>bold</b></ul><table><tr><th>Plate<td>4AB 123<tr><td>only</table>End<br>of it"
    assert read_page(html).blocks == (
        (PassageSort.PARAGRAPH, "Top"),
        (PassageSort.HEADING, "Head"),
        (PassageSort.PARAGRAPH, "one"),
        (PassageSort.PARAGRAPH, "two bold"),
        (PassageSort.ROW, "Plate | 4AB 123"),
        (PassageSort.PARAGRAPH, "only"),
        (PassageSort.PARAGRAPH, "End\nof it"),
    )


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


def test_a_page_nested_as_no_page_is_is_hostile() -> None:
    with pytest.raises(Hostile, match="nests"):
        read_page("<div>" * 100_000 + "x")


def test_an_empty_or_broken_page_says_nothing() -> None:
    assert _texts("") == []
    assert _texts("<p><b>a</p></b><table><tr><td>") == ["a"]
