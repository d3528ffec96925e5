import time
from pathlib import Path

import pytest
from reading_messages import ALERTS, FHIR, NIEM, THREAT
from sample_messages import (
    CRASH,
    ERROR_SHEET,
    INFO,
    ITEM,
    MALWARE,
    PATIENT,
    RSS,
    alert,
    attribute,
    event,
    fhir_bundle,
    flat_file,
    stix_bundle,
    submission,
)  # fmt: skip
from tables import SHARED

from tessera.extract.messages import cap, feeds, fhir, misp, nibrs, nibrs_errors, nibrs_flat, niem, stix
from tessera.extract.messages.paragraphs import LONGEST, passages
from tessera.extract.messages.plain_text import plain_text
from tessera.extract.messages.telling import HEAD, reader_of
from tessera.model.locator import Locator


@pytest.mark.parametrize(
    ("text", "reader"),
    [
        (stix_bundle(MALWARE), stix),
        ('{"more": false, "objects": [{"id": "tool--0f3a1c52-7d1e-4c55-9a70-5b1f0c2d3e4f"}]}', stix),
        (str(event(attribute("domain", "a.example"))).replace("'", '"'), misp),
        (fhir_bundle(PATIENT), fhir),
        ('<?xml version="1.0"?>\n<!-- <a> --><c:alert xmlns:c="urn:oasis:names:tc:emergency:cap:1.1">', cap),
        (alert(INFO), cap),
        (RSS.format(f"<item>{ITEM}</item>"), feeds),
        (submission(), nibrs),
        (flat_file(), nibrs_flat),
        (ERROR_SHEET, nibrs_errors),
        ("2026 was a year.", None),
        (CRASH, niem),
        ('{"nc:Person": {}}', niem),
        ("<alert/>", None),
        ("<html><body>alert</body></html>", None),
        ('{"type": "FeatureCollection", "features": []}', None),
        ("name,id\n1,2", None),
        ("", None),
    ],
)
def test_a_message_is_told_by_what_is_in_it(text: str, reader: object) -> None:
    assert reader_of(text.encode()) is reader
    assert reader_of(text.encode("utf-16")) is reader


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real data sets are not at {SHARED}")
@pytest.mark.parametrize(
    ("folder", "pattern", "reader"),
    [
        (THREAT / "attack-ics", "*.json", stix), (THREAT / "stix21-examples", "*.json", stix), (ALERTS, "*.cap", cap), (ALERTS, "*.edxlde", cap),
        (ALERTS, "*.atom", feeds), (ALERTS, "*.rss", feeds), (FHIR, "*.json", fhir), (NIEM, "nibrs/*.xml", nibrs),
        (NIEM, "nibrs/Test-S*.txt", nibrs_flat), (NIEM, "nibrs/Test-E*.txt", nibrs_errors), (NIEM, "crash-driver/Crash*", niem),
    ],
)  # fmt: skip
def test_real_messages_are_told(folder: Path, pattern: str, reader: object) -> None:
    found = {path.name: reader_of(path.read_bytes()[:HEAD]) for path in folder.rglob(pattern)}
    assert found
    assert {name for name, told in found.items() if told is not reader} == set()


@pytest.mark.parametrize("broken", ["<a ", "<!--", "<!x", "<a b='", "<?x", "<![CDATA[", "</a", "<script>", "&#", "<p>"])
def test_broken_marks_take_no_more_time_than_good_ones(broken: str) -> None:
    start = time.process_time()
    plain_text("<b>x</b>" + broken * 50_000)
    assert time.process_time() - start < 2


def test_passages_hold_every_word_and_none_is_longer_than_a_paragraph() -> None:
    text = "One two three. " * 500 + "x" * 5000 + "\nLast line."
    parts = [each.text for each in passages(text, Locator())]
    assert all(0 < len(part) <= LONGEST for part in parts)
    assert "".join(parts).replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")
