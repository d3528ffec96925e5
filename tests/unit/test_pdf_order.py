"""Letters of a PDF in the order in which they are read, whatever order the file draws them in."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from reading import piece_of, read_piece, texts

from tessera.engines.pdf import Letter, Pdf, PdfPage
from tessera.extract.pdf_lines import words_of
from tessera.extract.pdf_order import in_reading_order
from tessera.extract.pdf_pages import _is_picture
from tessera.model.found import Passage, PassageSort

HIGH = 10.0


def drawn(*pieces: tuple[str, float], leftward: bool = False) -> list[Letter]:
    """Lay letters of five points side by side, each piece from its place on; a blank of no width is pdfium's own."""
    letters = []
    for text, start in pieces:
        at = start
        for sign in text:
            if sign == " ":
                letters.append(Letter(sign, at, HIGH, at, HIGH))
                at += -3 if leftward else 3
                continue
            low, high = (at - 5, at) if leftward else (at, at + 5)
            letters.append(Letter(sign, low, 0, high, HIGH))
            at = low if leftward else high
    return letters


def said(letters: Sequence[Letter]) -> str:
    return " ".join(word.text for word in words_of(list(in_reading_order(letters))))


def test_a_letter_that_the_file_draws_after_its_line_is_put_into_its_word() -> None:
    assert said(drawn(("Nguy", 0), (" n", 22), (" Van", 30), (" ễ", 17))) == "Nguyễn Van"


def test_a_line_that_is_drawn_twice_stays_as_it_is() -> None:
    letters = drawn(("Hello", 0), ("Hello", 0.2))
    assert list(in_reading_order(letters)) == letters


@pytest.mark.parametrize("word", ["שלום", "םולש"[::-1]])
def test_a_word_from_right_to_left_that_is_drawn_from_the_left_is_turned(word: str) -> None:
    assert said(drawn((word[::-1], 0))) == word
    assert said(drawn((word, 20), leftward=True)) == word


def test_signs_and_numbers_of_a_line_from_right_to_left_stand_where_they_are_read() -> None:
    letters = [*drawn((".", 0)), *drawn(("12", 5)), *drawn(("חדר קומה", 58), leftward=True)]
    assert said(letters) == "חדר קומה 12."


def test_words_of_the_other_direction_keep_theirs() -> None:
    letters = [*drawn(("Mr", 0)), *drawn(("םולש", 13)), *drawn(("came", 36))]
    assert said(letters) == "Mr שלום came"


def test_alef_and_lam_of_one_ligature_are_put_right() -> None:
    both = [Letter(sign, 10, 0, 15, HIGH) for sign in "ال"]
    assert said([Letter("س", 15, 0, 20, HIGH), *both, Letter("م", 5, 0, 10, HIGH)]) == "سلام"


def test_the_mark_of_a_note_is_no_part_of_its_word_and_an_exponent_is() -> None:
    small = Letter("1", 25, 0, 28, 6)
    assert [word.text for word in words_of([*drawn(("found", 0)), small])] == ["found", "1"]
    square = Letter("2", 10, 0, 13, 6)
    assert [word.text for word in words_of([*drawn(("km", 0)), square])] == ["km2"]


def test_a_gap_divides_words_where_the_file_has_no_blank() -> None:
    assert [word.text for word in words_of(drawn(("were", 0), ("bagged", 22.5)))] == ["were", "bagged"]
    assert [word.text for word in words_of(drawn(("A", 0), ("blue", 7.5)))] == ["A", "blue"]
    spaced = [letter for at, sign in enumerate("REPORT") for letter in drawn((sign, 7.5 * at))]
    assert [word.text for word in words_of(spaced)] == ["REPORT"]


def _pdf(*lines: tuple[float, float, str], font: str = "Helvetica", size: float = 10) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 400))
    for left, top, text in lines:
        canvas.setFont(font, size)
        canvas.drawString(left, 400 - top, text)
    canvas.save()
    return out.getvalue()


def test_lines_of_two_columns_of_spread_prose_are_no_table(tmp_path: Path) -> None:
    text = "the officer came home late and saw that the door had been forced by two men whom nobody knew"
    words = text.split()
    lines = []
    for row in range(10):
        for column in (20, 210):
            left = float(column)
            for word in (words[(row * 5 + nth + column) % len(words)] for nth in range(5)):
                lines.append((left, 40 + 12 * row, word))
                left += 5 * len(word) + 9 + (row + column) % 4
    found = read_piece(piece_of(tmp_path, _pdf(*lines)))
    assert not [one for one in found if isinstance(one, Passage) and one.sort is PassageSort.ROW]


def test_compounds_numbers_and_addresses_go_on_behind_the_end_of_a_line(tmp_path: Path) -> None:
    lines = [
        "The deputy asked for Mrs. Okonkwo-", "Lee and for the invoice 88-", "0421 of the well-", "known shop. Its well-known owner at",
        "https://a.example/case?", "view=full came between 08:30\u2013", "16:45 and left.",
    ]  # fmt: skip
    pages = _pdf(*[(20, 40 + 12 * at, line) for at, line in enumerate(lines)])
    text = " ".join(" ".join(texts(read_piece(piece_of(tmp_path, pages)))).split())
    for whole in ("Okonkwo-Lee", "88-0421", "well-known shop", "https://a.example/case?view=full", "08:30\u201316:45"):
        assert whole in text


def test_words_are_as_high_as_their_font_whatever_letters_they_have(tmp_path: Path) -> None:
    import pypdf
    from pypdf.generic import NameObject, NumberObject

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(_pdf((20, 40, "are fly Hog"), font="Vera", size=11)))
    for page in writer.pages:
        font = page["/Resources"]["/Font"]  # type: ignore[index]
        for descriptor in (one["/FontDescriptor"] for one in font.values() if "/FontDescriptor" in one):
            descriptor[NameObject("/Ascent")] = descriptor[NameObject("/Descent")] = NumberObject(0)
    path = tmp_path / "given.pdf"
    writer.write(path)
    with Pdf(path) as document:
        heights = {round(one.bottom - one.top, 2) for one in document.page(1).letters if not one.text.isspace()}
    assert heights == {12.21}


def test_a_page_whose_words_have_no_meaning_is_read_as_a_picture() -> None:
    def page(text: str) -> PdfPage:
        letters = tuple(Letter(sign, 0, 0, 1, 1) for sign in text)
        return PdfPage(number=1, width=9, height=9, letters=letters, rules=(), notes=(), pictured=0, drawn=False)

    assert _is_picture(page("!8£3>-\x063<2;@ <££'ß2-!8!#-$ \x18'638;-ãéáV " * 20))
    assert not _is_picture(page("Straße 12/B-7, $1,482.65 & O'Hara's AT&T https://a.example/?b=c#d x!=y " * 20))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("by_page", [True, False])
def test_text_that_lies_on_its_side_is_read_as_any_other_and_its_places_are_those_shown(
    tmp_path: Path, degrees: int, by_page: bool
) -> None:
    import pypdf

    lines = ["The deputy saw two men", "leave the warehouse at noon", "and drive north on Quay Street."]
    upright = _pdf(*[(20, 40 + 12 * at, line) for at, line in enumerate(lines)])
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(upright))
    writer.pages[0].rotate(degrees)
    if not by_page:
        writer.pages[0].transfer_rotation_to_content()
    out = io.BytesIO()
    writer.write(out)
    (found,) = [one for one in read_piece(piece_of(tmp_path, out.getvalue())) if isinstance(one, Passage)]
    assert found.text.split() == " ".join(lines).split()
    box = found.words[0].box
    assert box is not None
    across, down = box.left + box.width / 2, box.top + box.height / 2
    shown = {0: (7, 9), 90: (91, 7), 180: (93, 91), 270: (9, 93)}[degrees]
    assert (across, down) == pytest.approx(shown, abs=3)
