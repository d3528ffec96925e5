"""Messages whose text is kept as packed rich text: unpacked, unwrapped where it holds a page, and read as the body."""

from pathlib import Path

import pytest
from document_samples import ole, packed_rtf, tnef
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import facts, piece_of, read_piece, refusals, texts

from tessera.extract.encapsulated import is_web_page, unwrap
from tessera.extract.formatted_bodies import unpack_rtf
from tessera.extract.mail import read_letter
from tessera.model.found import Enclosed, Finding, Passage, PassageSort

RICH = (
    rb"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0 Arial;}}\pard The van was \b seen\b0  at \u8364?5, \'ea\'e0\'ef\'e8\'f2\'e0\'ed.\par"
    rb"\pard\intbl Plate\cell 4AB 123\cell\row\pard Call me.\par{\pict\pngblip 89504e470d0a1a0a}}"
)
PAGE = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fswiss\fcharset204 Arial;}}" + b"\r\n"
    rb"{\*\htmltag19 <html>}{\*\htmltag50 <body>}{\*\htmltag64}\htmlrtf {\htmlrtf0 {\*\mhtmltag84 <p class=other>}"
    rb"{\*\htmltag64 <p class=\'22x\'22>}The van was {\*\htmltag84 <b>}\htmlrtf {\b\plain \htmlrtf0 seen{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 "
    rb" by {\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0 Ann{\*\htmltag84 &gt;}\htmlrtf >\htmlrtf0 , AT&T and \{us\}, \f1 \'ea\'e0\'ef \u8364?5."
    rb"{\*\htmltag72 </p>}\htmlrtf \par \htmlrtf0 {\*\htmltag4 \par}{\*\htmltag64 <p>}Call me: "
    rb'{\*\htmltag84 <a href="https://x.example/a">}\htmlrtf {\field{\*\fldinst{HYPERLINK "https://x.example/a"}}{\fldrslt\cf1\htmlrtf0 '
    rb"here\htmlrtf }\htmlrtf0 \htmlrtf }\htmlrtf0 {\*\htmltag92 </a>}{\*\htmltag72 </p>}\htmlrtf }\htmlrtf0 {\*\htmltag58 </body>}{\*\htmltag27 </html>}}"
)
SAID = ["The van was seen by <Ann>, AT&T and {us}, кап €5.", "Call me: here (https://x.example/a)"]
PLAIN = rb"{\rtf1\ansi\ansicpg1251\deff0\fromtext{\fonttbl{\f0\fcharset204 Arial;}}\f0 \'ca\'e0\'ef,\line\par 1 < 2 & 3\par}"


def msg(packed: bytes, *, plain: str = "", html: bytes = b"", within: bool = False) -> bytes:
    """Make a message of Outlook with its text packed."""
    above = "__attach_version1.0_#00000000/__substg1.0_3701000D/" if within else ""
    streams = {"__properties_version1.0": bytes(32), "__substg1.0_0037001F": "Van".encode("utf-16-le")}
    streams |= {
        f"{above}__properties_version1.0": bytes(24 if within else 32),
        f"{above}__substg1.0_0037001F": "Van".encode("utf-16-le"),
        f"{above}__substg1.0_10090102": packed,
    }
    if plain:
        streams[f"{above}__substg1.0_1000001F"] = plain.encode("utf-16-le")
    if html:
        streams[f"{above}__substg1.0_10130102"] = html
    return ole(streams)


def inner(found: list[Finding]) -> dict[str, bytes]:
    return {one.name: one.path.read_bytes() for one in found if isinstance(one, Enclosed)}


# the two examples of [MS-OXRTFCP], section 3
@pytest.mark.parametrize(
    ("packed", "content"),
    [
        (
            "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0",
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
        ),
        ("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0", b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
        ("0c0000000c0000004d454c4100000000" + rb"{\rtf1 bare}".hex(), rb"{\rtf1 bare}"),
    ],
)
def test_rich_text_is_unpacked(packed: str, content: bytes) -> None:
    found = unpack_rtf(bytes.fromhex(packed))
    assert (found.content, found.fault) == (content, "")


@given(st.binary(max_size=6_000), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_what_was_packed_is_what_is_unpacked(content: bytes, repeated: int) -> None:
    whole = b"0123456789abcdefg" + content
    last = whole[-17:]
    found = unpack_rtf(packed_rtf(whole, repeated=repeated))
    assert (found.content, found.fault) == (whole + last * repeated, "")


@given(st.integers(0, 300), st.binary(max_size=6))
@settings(max_examples=200, deadline=None)
def test_damaged_packing_never_stops_a_message(at: int, other: bytes) -> None:
    packed = packed_rtf(RICH, repeated=20)
    found = unpack_rtf(packed[:at] + other + packed[at + len(other) :], most=10_000)
    assert len(found.content) <= 10_000


def test_a_wrong_sum_is_told_and_the_text_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    packed = bytearray(packed_rtf(RICH))
    packed[100] ^= 1
    found = read_piece(piece_of(tmp_path, msg(bytes(packed))))
    assert "damaged" in refusals(found)[0]
    assert texts(found)[-1] == "Call me."
    assert not refusals(read_piece(piece_of(tmp_path, msg(bytes(packed), plain="The van was seen at noon."))))


def test_unpacking_stops_at_its_bound() -> None:
    bomb = packed_rtf(b"0123456789abcdefg", repeated=10_000)
    found = unpack_rtf(bomb, most=50_000)
    assert len(found.content) == 50_000
    assert "rest was not read" in found.fault
    assert len(unpack_rtf(bomb).content) == 17 * 10_001


@pytest.mark.parametrize("package", [False, True])
def test_a_body_of_rich_text_is_the_body_and_its_pictures_are_files(tmp_path: Path, package: bool) -> None:
    packed = packed_rtf(RICH)
    content = tnef(plain="", packed=packed) if package else msg(packed)
    found = read_piece(piece_of(tmp_path, content))
    assert texts(found)[1:] == ["The van was seen at €5, капитан.", "Plate | 4AB 123", "Call me."]
    assert [one.sort for one in found if isinstance(one, Passage)][2] is PassageSort.ROW
    assert inner(found)["picture 1.png"] == b"\x89PNG\r\n\x1a\n"
    assert "message.rtf" not in inner(found)
    assert not refusals(found)


@pytest.mark.parametrize("package", [False, True])
def test_a_page_within_rich_text_is_read_as_the_page_that_it_was(tmp_path: Path, package: bool) -> None:
    packed = packed_rtf(PAGE)
    found = read_piece(piece_of(tmp_path, tnef(plain="", packed=packed) if package else msg(packed)))
    assert texts(found)[1:] == SAID
    assert "message.rtf" not in inner(found)


def test_the_page_is_given_back_tag_by_tag() -> None:
    assert is_web_page(PAGE)
    assert unwrap(PAGE) == (
        '<html><body><p class="x">The van was <b>seen</b> by &lt;Ann&gt;, AT&amp;T and {us}, кап €5.</p>\n'
        '<p>Call me: <a href="https://x.example/a">here</a></p></body></html>'
    )


def test_plain_text_within_rich_text_keeps_its_lines_and_signs(tmp_path: Path) -> None:
    assert unwrap(PLAIN) == "Кап,\n\n1 < 2 & 3\n"
    assert texts(read_piece(piece_of(tmp_path, msg(packed_rtf(PLAIN)))))[1:] == ["Кап,", "1 < 2 & 3"]


def test_plain_text_beside_it_is_read_unless_the_page_says_far_more(tmp_path: Path) -> None:
    long = PAGE.replace(b"Call me: ", b"The van was seen by many. " * 20)
    said = [
        texts(read_piece(piece_of(tmp_path, msg(packed_rtf(content), plain=plain))))[1]
        for content, plain in ((PAGE, "The van was seen."), (long, "See it in a browser."), (RICH, "Seen."))
    ]
    assert said == ["The van was seen.", SAID[0], "Seen."]
    page = msg(packed_rtf(RICH), html=b"<p>The page itself</p>")
    assert texts(read_piece(piece_of(tmp_path, page)))[1:] == ["The page itself"]


def test_an_attached_message_keeps_its_body_of_rich_text(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, msg(packed_rtf(RICH), within=True)))
    letter = read_letter(inner(found)["Van.eml"])
    assert "капитан." in letter.written[0].text
    assert "4AB 123" in letter.written[0].text
    assert facts(found)["subject"] == "Van"
