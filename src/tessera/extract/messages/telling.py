"""Which standard a message follows, by the beginning of what is in it; its name is no proof."""

import re
from types import ModuleType
from typing import Final

from tessera.extract.messages import cap, feeds, fhir, misp, nibrs, nibrs_errors, nibrs_flat, niem, stix
from tessera.extract.nibrs_lines import is_error_sheet, is_submission

HEAD: Final = 64 * 1024
"""Bytes of a file that are looked at."""
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)((?:\s[^<>]*)?)>")
_STIX: Final = re.compile(
    r'"type"\s*:\s*"bundle"|"(?:id|created_by_ref)"\s*:\s*"[a-z][a-z0-9-]+--[0-9a-fA-F]{8}-|"spec_version"\s*:\s*"2\.[01]"'
)
_MISP: Final = re.compile(r'"Event"\s*:\s*\{|"Orgc"\s*:|"(?:threat_level_id|orgc_id|event_creator_email)"\s*:')
_FHIR: Final = re.compile(r'"resourceType"\s*:\s*"[A-Z]')
_NIEM: Final = re.compile(r"release\.niem\.gov|docs\.oasis-open\.org/niemopen|\"nc:[A-Z]")
_CLAIMS: Final = ((_FHIR, fhir), (_STIX, stix), (_MISP, misp), (_NIEM, niem))
_CAP: Final = re.compile(r"oasis:names:tc:emergency:cap|incident\.com/cap")
_FEEDS: Final = frozenset({"RDF", "feed", "rss"})


def reader_of(head: bytes) -> ModuleType | None:
    """Name the reader for a message by its first bytes (`HEAD` of them are enough); None where it is no message known here.

    >>> reader_of(b'{"type": "bundle", "id": "bundle--1"}').__name__
    'tessera.extract.messages.stix'
    >>> reader_of(b'{"type": "FeatureCollection", "features": []}')
    """
    text = _text(head)
    begins = text.lstrip()[:1]
    if begins == "<":
        return _of_xml(text)
    if begins.isdecimal():
        return _of_lines(text.lstrip(), is_whole=len(head) < HEAD)
    return _of_json(text) if begins in {"{", "["} else None


def _of_lines(text: str, *, is_whole: bool) -> ModuleType | None:
    if is_submission(text, is_whole=is_whole):
        return nibrs_flat
    return nibrs_errors if is_error_sheet(text, is_whole=is_whole) else None


def _text(head: bytes) -> str:
    wide = head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return head.decode("utf-16" if wide else "utf-8-sig", errors="replace")


def _of_json(text: str) -> ModuleType | None:
    return next((reader for claim, reader in _CLAIMS if claim.search(text)), None)


def _without_comments(text: str) -> str:
    """Leave out the comments, which may hold anything; one without an end goes to the end."""
    said, at = [], 0
    while (mark := text.find("<!--", at)) >= 0:
        said.append(text[at:mark])
        end = text.find("-->", mark)
        at = end + 3 if end >= 0 else len(text)
    return "".join([*said, text[at:]])


def _of_xml(text: str) -> ModuleType | None:
    bare = _without_comments(text)
    root = _ROOT.search(bare)
    if root is None:
        return None
    name, attributes = root[1], root[2]
    if name in _FEEDS:
        return feeds if name != "RDF" or "purl.org/rss" in attributes else None
    if name == "EDXLDistribution" or (name == "alert" and _CAP.search(attributes)):
        return cap
    if name == "Submission" and "nibrs" in attributes.lower():
        return nibrs
    return niem if _NIEM.search(attributes) else None
