import base64
from email.message import EmailMessage
from pathlib import Path

import pytest
from document_samples import eml, msg
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import facts, piece_of, read_piece, refusals, texts

from tessera.errors import Hostile
from tessera.extract.mail import read_letter
from tessera.extract.outlook import unpack_rtf
from tessera.model.found import Enclosed, Finding, Passage, PassageSort


def _inner(found: list[Finding]) -> dict[str, bytes]:
    return {one.name: one.path.read_bytes() for one in found if isinstance(one, Enclosed)}


def test_a_message_gives_its_header_its_text_and_its_files(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, eml()))
    assert facts(found) == {
        "subject": "Blue truck — seen",
        "sender": "Ann Lée <ann@a.example>",
        "recipients": "Ray, Bob <bob@b.example>; cy@c.example",
        "copies": "dan@d.example",
        "made_at": "2026-03-02T13:00:00Z",
        "message_id": "3@a.example",
        "in_reply_to": "2@a.example",
        "thread_id": "1@a.example",
    }
    headers = [one.text for one in found if isinstance(one, Passage) and one.sort is PassageSort.HEADER]
    assert headers[:2] == ["From: Ann Lée <ann@a.example>", "To: Ray, Bob <bob@b.example>; cy@c.example"]
    assert texts(found)[len(headers) :] == ["It was seen at noon.", "Call me."]
    assert list(_inner(found)) == ["Überblick.png", "Inner.eml"]
    assert b"Inner text." in _inner(found)["Inner.eml"]


def test_a_message_of_html_is_read_as_a_page(tmp_path: Path) -> None:
    assert texts(read_piece(piece_of(tmp_path, eml(html=True))))[-1] == "It was seen at noon (https://x.example/a)."


def test_a_message_of_outlook_gives_the_same(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, msg()))
    assert facts(found)["sender"] == "Ann Lee <ann@a.example>"
    assert facts(found)["recipients"] == "Bob Ray <bob@b.example>"
    assert facts(found)["made_at"] == "2026-03-01T12:00:00Z"
    assert texts(found)[-2:] == ["It was seen at noon.", "Call me."]
    inner = _inner(found)
    assert inner["list.csv"] == b"id,what\n1,fall\n"
    letter = read_letter(inner["Inner.eml"])
    assert (letter.facts["subject"], letter.written[0].text.strip()) == ("Inner", "Inner text.")


def test_encrypted_content_is_refused_with_the_reason(tmp_path: Path) -> None:
    pgp = b"From: a@b.example\nSubject: x\nTo: c@d.example\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n"
    smime = b"From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nAAAA\n"
    for content in (pgp, smime, msg(locked=True)):
        found = read_piece(piece_of(tmp_path, content))
        assert "encrypted" in refusals(found)[0]
        assert facts(found)["subject"]


def test_a_mailbox_gives_its_messages_one_by_one(tmp_path: Path) -> None:
    begin = b"From a@b.example Mon Mar  2 08:00:00 2026\n"
    body = b"Subject: x\nFrom: a@b.example\n\nText.\n>From here on.\n\n"
    found = read_piece(piece_of(tmp_path, (begin + body) * 3))
    assert _inner(found) == {f"{number}.eml": body.replace(b">From", b"From") for number in (1, 2, 3)}


def test_a_single_message_behind_such_a_line_is_a_message(tmp_path: Path) -> None:
    content = b"From a@b.example Mon Mar  2 08:00:00 2026\nSubject: x\nFrom: a@b.example\nTo: c\n\nText.\n"
    assert facts(read_piece(piece_of(tmp_path, content)))["subject"] == "x"


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?utf-8?B?4oCU?= dash", "— dash"),
        ("=?no-such-code?Q?abc?=", "=?no-such-code?Q?abc?="),
        ("=?utf-8?B?!!!?=", "=?utf-8?B?!!!?="),
        ("two\n lines", "two lines"),
    ],
)
def test_broken_words_of_a_header_stay_as_they_are(header: str, subject: str) -> None:
    found = read_letter(f"Subject: {header}\nFrom: a\n\nText".encode()).facts["subject"]
    assert found == subject or "no-such-code" in header or "!!!" in header


def test_bytes_that_no_header_may_have_are_read_as_utf_8() -> None:
    assert read_letter("Subject: Café\nFrom: a\n\nText".encode()).facts["subject"] == "Café"


def test_a_message_of_parts_without_end_is_hostile() -> None:
    part = b"--x\nContent-Type: text/plain\n\na\n"
    with pytest.raises(Hostile, match="parts"):
        read_letter(b'Subject: x\nContent-Type: multipart/mixed; boundary="x"\n\n' + part * 6_000 + b"--x--\n")


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_as_some_message(content: bytes) -> None:
    read_letter(b"From: a@b.example\nContent-Type: " + content)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
@settings(max_examples=100, deadline=None)
def test_what_was_written_is_what_is_read(text: str) -> None:
    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content(text, cte="base64")
    assert read_letter(message.as_bytes()).written[0].text.strip() == text.strip()


def test_packed_rtf_is_unpacked() -> None:
    packed = base64.b64decode("LQAAACsAAABMWkZ18cXHpwMACgByY3BnMTI1QjIK8yBoZWzhAgBid/fzFNANkA==")
    assert unpack_rtf(packed)[:6] == rb"{\rtf1"
