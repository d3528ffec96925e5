from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
from document_samples import eml, msg, ole, sealed_mail, signed, tnef
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import facts, piece_of, read_piece, refusals, texts

from tessera.errors import Hostile, Unreadable
from tessera.extract.mail import read_letter
from tessera.extract.signed_content import NotSigned, signed_content
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


def test_memos_are_no_mail_and_names_without_addresses_lose_no_word(tmp_path: Path) -> None:
    memo = b"TO: All units\nFROM: Watch command\nSUBJECT: Parking\n\nNo parking."
    assert texts(read_piece(piece_of(tmp_path, memo)))[0].startswith("TO: All units")
    found = read_piece(piece_of(tmp_path, memo.replace(b"SUBJECT", b"Message-ID: <1@a.example>\nSUBJECT")))
    assert facts(found)["sender"] == "Watch command"
    assert facts(found)["recipients"] == "All units"


@pytest.mark.parametrize("indefinite", [False, True])
def test_mail_that_is_packed_into_its_signature_is_read(tmp_path: Path, indefinite: bool) -> None:
    inner = b"Content-Type: text/plain\r\n\r\nThe van was seen.\r\n"
    found = read_piece(piece_of(tmp_path, sealed_mail(inner, indefinite=indefinite)))
    assert texts(found)[-1] == "The van was seen."
    assert "not checked" in facts(found)["note"]
    cut = read_piece(piece_of(tmp_path, sealed_mail(inner, indefinite=indefinite)[:-60]))
    assert "damaged" in refusals(cut)[0]


@given(st.integers(0, 200), st.binary(max_size=6))
def test_a_damaged_signature_gives_bytes_or_says_that_there_are_none(at: int, other: bytes) -> None:
    content = signed(b"Content-Type: text/plain\r\n\r\nThe van was seen.\r\n")
    with suppress(NotSigned):
        assert isinstance(signed_content(content[:at] + other + content[at + len(other) :]), bytes)


@pytest.mark.parametrize("message_class", ["IPM.Note.SMIME.MultipartSigned", "IPM.Note.SMIME"])
def test_a_signed_message_of_outlook_is_read(tmp_path: Path, message_class: str) -> None:
    inner = b"Content-Type: text/plain\r\n\r\nThe van was seen.\r\n"
    content = inner if message_class.endswith("Signed") else signed(inner)
    streams = {
        "__properties_version1.0": bytes(32),
        "__substg1.0_001A001F": message_class.encode("utf-16-le"),
        "__substg1.0_0037001F": "Van".encode("utf-16-le"),
        "__attach_version1.0_#00000000/__substg1.0_37010102": content,
    }
    found = read_piece(piece_of(tmp_path, ole(streams)))
    assert texts(found) == ["Subject: Van", "The van was seen."]


def test_the_parts_of_a_signature_are_no_files(tmp_path: Path) -> None:
    content = (
        b"From: a@b.example\nTo: c@d.example\nMIME-Version: 1.0\nContent-Type: multipart/signed; boundary=x\n\n"
        b"--x\nContent-Type: text/plain\n\nThe van was seen.\n--x\nContent-Type: application/pgp-signature\n\nabc\n--x--\n"
    )
    found = read_piece(piece_of(tmp_path, content))
    assert texts(found)[-1] == "The van was seen."
    assert "not checked" in facts(found)["note"]
    assert not _inner(found)


def test_what_stands_around_an_encrypted_stretch_is_read(tmp_path: Path) -> None:
    locked = b"-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n"
    found = read_piece(
        piece_of(tmp_path, b"From: a@b.example\nTo: c@d.example\n\nSee below.\n\n" + locked + b"\nAbove.\n")
    )
    assert texts(found)[-2:] == ["See below.", "Above."]
    assert "encrypted" in refusals(found)[0]


def _with_forms(plain: str, html: str, sort: str = "alternative") -> bytes:
    parts = (f"--x\nContent-Type: text/{kind}\n\n{text}\n" for kind, text in (("plain", plain), ("html", html)))
    return f"From: a@b.example\nTo: c@d.example\nMIME-Version: 1.0\nContent-Type: multipart/{sort}; boundary=x\n\n{''.join(parts)}--x--\n".encode()


def test_of_two_forms_of_a_text_the_plain_one_is_read_unless_it_only_points_to_the_other(tmp_path: Path) -> None:
    long = "<p>" + "The van was seen. " * 20 + "</p>"
    said = [
        texts(read_piece(piece_of(tmp_path, content)))[2:]
        for content in (
            _with_forms("The van was seen.", "<p>The <b>van</b> was seen in colour.</p>"),
            _with_forms("See it in a browser.", long),
            _with_forms("See below.", "<p>The van was seen.</p>", "mixed"),
        )
    ]
    assert said == [["The van was seen."], [("The van was seen. " * 20).strip()], ["See below.", "The van was seen."]]


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/html\nContent-Disposition: inline; filename=x.html\n",
        b"Content-Type: multipart/mixed\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Type: text/plain; charset=\xff\xfe\n",
    ],
)
def test_the_one_text_of_a_message_is_what_was_written(tmp_path: Path, head: bytes) -> None:
    found = read_piece(piece_of(tmp_path, b"From: a@b.example\nTo: c@d.example\n" + head + b"\nwords of the body\n"))
    assert texts(found)[-1] == "words of the body"
    assert not _inner(found)


def test_bytes_of_a_header_that_are_no_utf_8_are_read_as_windows_writes_them() -> None:
    assert read_letter(b"Subject: Caf\xe9\nFrom: a\n\nText").facts["subject"] == "Café"


@pytest.mark.parametrize(
    "head",
    [
        b"Subject: =?utf-8?b?a?=\n",
        b"Subject: =?\xf5tf-8?q?a?=\n",
        b"Subject: =?utf-8?b?////?= =?x?Q?=E9?=\n",
        b"To: <<<>>>,,;:@\n",
        b"Date: Thu, 99 Foo 99999 99:99:99 +9999\n",
        b"Content-Disposition: inline; filename*=x'y'%zz\n",
        b'Content-Type: text/plain; charset="a\0b"\n',
        b"From: \xe9\xe8 <x@y.example>\n",
    ],
)
def test_broken_headers_never_stop_a_message(tmp_path: Path, head: bytes) -> None:
    found = read_piece(piece_of(tmp_path, b"Received: x\nFrom: a@b.example\n" + head + b"\nwords of the \xe9 body\n"))
    assert facts(found)["sender"].startswith("a@b.example")
    assert texts(found)[-1] == "words of the \xe9 body"


def test_a_package_of_outlook_gives_its_text_and_its_files(tmp_path: Path) -> None:
    found = read_piece(piece_of(tmp_path, tnef(), "winmail.dat"))
    assert texts(found) == ["Subject: Blue truck — seen", "It was seen at noon."]
    assert _inner(found) == {"Übersicht.csv": b"id,what\n1,fall\n"}


def test_a_page_in_a_package_is_read_in_the_encoding_that_it_names(tmp_path: Path) -> None:
    page = '<html><meta charset="utf-8"><p>Wóz był niebieski.</p>'.encode()
    assert texts(read_piece(piece_of(tmp_path, tnef(plain="", html=page))))[1:] == ["Wóz był niebieski."]


@pytest.mark.parametrize("kept", [6, 20, 60])
def test_a_package_that_is_cut_off_before_it_says_anything_is_unreadable(tmp_path: Path, kept: int) -> None:
    with pytest.raises(Unreadable, match="nothing that can be read"):
        read_piece(piece_of(tmp_path, tnef()[:kept]))


def test_lines_that_a_mail_program_broke_for_show_are_joined(tmp_path: Path) -> None:
    head = b"From: a@a.example\nTo: b@b.example\nSubject: S\nMessage-ID: <1@a.example>\n"
    flowed = head + b"Content-Type: text/plain; format=flowed\n\nHe lives at 118 Quay \nStreet, Harlow.\n-- \nAnn\n"
    assert texts(read_piece(piece_of(tmp_path, flowed)))[-1] == "He lives at 118 Quay Street, Harlow.\n--\nAnn"
    dropped = (
        head
        + b"Content-Type: text/plain; format=flowed; delsp=yes\n\nSee https://a.example/case/ \n417?view=full now.\n"
    )
    assert texts(read_piece(piece_of(tmp_path, dropped)))[-1] == "See https://a.example/case/417?view=full now."


def test_a_report_on_delivery_names_every_recipient(tmp_path: Path) -> None:
    report = (
        b"From: a@a.example\nSubject: S\nMessage-ID: <1@a.example>\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/report; boundary=q\n\n--q\nContent-Type: text/plain\n\nNot delivered.\n--q\n"
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; one@b.example\n"
        b"Action: failed\n\nFinal-Recipient: rfc822; two@b.example\nAction: failed\n--q--\n"
    )
    (content,) = _inner(read_piece(piece_of(tmp_path, report))).values()
    assert all(part in content for part in (b"mx.example", b"one@b.example", b"two@b.example"))
