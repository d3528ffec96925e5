"""What a text is: a message of a standard, data, a page, mail, a table, or plain text. The name only breaks ties."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from tessera.extract.dialect import find_dialect, sample_records, usual_width
from tessera.extract.nibrs_lines import is_error_sheet, is_submission
from tessera.extract.records import Record
from tessera.extract.signatures import FileFormat

_NDJSON_NAMES: Final = frozenset({".geojsonl", ".jsonl", ".ndjson"})
_TABLE_NAMES: Final = frozenset({".csv", ".psv", ".tab", ".tsv"})
_PROSE_NAMES: Final = frozenset({".md", ".markdown", ".rst", ".log", ".rtf", ".text"})
_HTML: Final = re.compile(
    r"(?:<\?xml[^>]*>|<!--.*?-->|\s)*(?:<!doctype\s+html\b|<(?:html|head|body|title|meta|div|table|p|h1|script|style)\b[^>]*>)",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT: Final = re.compile(
    r"<(?:a|abbr|b|big|blockquote|br|center|del|dl|em|font|h[1-6]|hr|i|img|ins|li|ol|pre|small|span|strong|sub|sup|u|ul)"
    r"(?:\s[^>]*)?/?>",
    re.IGNORECASE,
)
"""Part of a page: it begins with an element that data hardly begins with."""
_PAGE_NAMES: Final = frozenset({".htm", ".html", ".xhtml"})
_HEADER: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):((?:[ \t].*)?)$")
_MAIL_HEADERS: Final = frozenset(
    {
        "bcc",
        "cc",
        "content-transfer-encoding",
        "content-type",
        "date",
        "delivered-to",
        "dkim-signature",
        "from",
        "in-reply-to",
        "list-id",
        "message-id",
        "mime-version",
        "received",
        "references",
        "reply-to",
        "return-path",
        "sender",
        "subject",
        "to",
        "x-mailer",
        "x-originating-ip",
    }
)
_SURE_HEADERS: Final = frozenset({"delivered-to", "from", "message-id", "received", "return-path", "subject"})
_MACHINE_HEADERS: Final = frozenset({"delivered-to", "message-id", "mime-version", "received", "return-path"})
_ADDRESSES: Final = frozenset({"cc", "from", "reply-to", "sender", "to"})
_MBOX: Final = re.compile(r"From \S.*\d{4}.*\r?\n(?:>?From .*\r?\n)?[A-Za-z][A-Za-z0-9-]*:")
_NEXT_MAIL: Final = re.compile(r"\n\r?\nFrom \S.*\d{4}")
_JSON_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_JSON_TOKENS: Final = 4_000
_STIX_ID: Final = re.compile(r"[a-z][a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MISP: Final = frozenset(
    {
        "/0/Event",
        "/Attribute/0/object_relation",
        "/Attribute/0/to_ids",
        "/Event/info",
        "/Event/uuid",
        "/Object/0/meta-category",
        "/Object/0/template_uuid",
        "/response/0/Event",
    }
)
"""Members that only an event of MISP has, which may stand in an `Event` or by itself."""
_SAMPLE: Final = 32 * 1024
_AGREE: Final = 0.8
_SPACED: Final = 0.6
_SENTENCE: Final = re.compile(r"[a-z]{2,} [a-z]{2,} [A-Za-z]{1,}")
_LONG: Final = 120
_HALF: Final = 0.5
_FEW: Final = 2


def find_text_format(text: str, suffix: str, *, is_whole: bool) -> FileFormat:
    """Tell what a text is by its beginning; `is_whole` where this is all of it."""
    text = text.lstrip("\ufeff \t\r\n")
    if _HTML.match(text) or _FRAGMENT.match(text):
        return _markup(text)
    if suffix in _PAGE_NAMES and text.startswith("<") and not text.startswith("<?xml"):
        return FileFormat.HTML
    if re.match(r"<[?!A-Za-z_]", text):
        return _xml(text)
    if text.startswith(("{", "[")) and not _only_looks_like_json(text):
        return _json(text, suffix)
    return _lines(text, suffix, is_whole=is_whole)


def _lines(text: str, suffix: str, *, is_whole: bool) -> FileFormat:
    named = {"BEGIN:VCALENDAR": FileFormat.CALENDAR, "BEGIN:VCARD": FileFormat.VCARD}
    if found := next((sort for begin, sort in named.items() if text.startswith(begin)), None):
        return found
    if text[:1].isdecimal() and (fixed := _fixed(text, is_whole=is_whole)):
        return fixed
    if _MBOX.match(text):
        return FileFormat.EML if is_whole and not _NEXT_MAIL.search(text) else FileFormat.MBOX
    if _is_mail(text, suffix):
        return FileFormat.EML
    return FileFormat.DELIMITED if _is_delimited(text, suffix, is_whole=is_whole) else FileFormat.TEXT


def _fixed(text: str, *, is_whole: bool) -> FileFormat | None:
    """Tell files whose lines are fields of fixed length."""
    if is_submission(text, is_whole=is_whole):
        return FileFormat.NIBRS_FLAT
    return FileFormat.NIBRS_ERRORS if is_error_sheet(text, is_whole=is_whole) else None


def _markup(text: str) -> FileFormat:
    """A page of XHTML is a page; XML whose root only sounds like one is data."""
    if text.startswith("<?xml") and not re.search(r"<(?:!doctype\s+)?html\b", text[:4096], re.IGNORECASE):
        return _xml(text)
    return FileFormat.HTML


def _xml(text: str) -> FileFormat:
    without = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[.*?\])?\s*>", "", text, flags=re.DOTALL)
    root = re.match(r"\s*<(?:[\w.-]+:)?([\w.-]+)([^>]*)", without)
    return _xml_root(root[1], root[2]) if root else FileFormat.XML


def _xml_root(name: str, attributes: str) -> FileFormat:
    spaces = " ".join(re.findall(r"""xmlns(?::[\w.-]+)?\s*=\s*["']([^"']*)""", attributes)).lower()
    by_name = {"kml": FileFormat.KML, "gpx": FileFormat.GPX, "rss": FileFormat.FEED, "html": FileFormat.HTML}
    if name in by_name:
        return by_name[name]
    if name == "alert" and "emergency:cap:" in spaces:
        return FileFormat.CAP
    if (name == "feed" and "/atom" in spaces) or (name == "RDF" and "purl.org/rss" in spaces):
        return FileFormat.FEED
    if "nibrs" in spaces or "nibrs" in name.lower():
        return FileFormat.NIBRS
    return FileFormat.NIEM if "niem.gov" in spaces or "niemopen" in spaces else FileFormat.XML


def _only_looks_like_json(text: str) -> bool:
    """A bracket can also begin the first cell of a delimited file."""
    inside = text[1:].lstrip()
    if not inside:
        return False
    return inside[0] not in '"}' if text[0] == "{" else inside[0] not in '{["]-0123456789tfn'


def _json(text: str, suffix: str) -> FileFormat:
    plain = _json_sort(text, suffix)
    if plain is FileFormat.NDJSON:
        return plain
    told = dict(islice(_json_values(text), _JSON_TOKENS))
    return _json_message(told) or plain


def _json_sort(text: str, suffix: str) -> FileFormat:
    lines = [line for line in text.splitlines() if line.strip()][:2]
    if text[0] == "[" or not _is_object(lines[0]):
        return FileFormat.NDJSON if suffix in _NDJSON_NAMES else FileFormat.JSON
    several = len(lines) > 1 and lines[1].lstrip().startswith("{")
    return FileFormat.NDJSON if several or suffix in _NDJSON_NAMES else FileFormat.JSON


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _json_message(told: dict[str, str]) -> FileFormat | None:
    """Tell a message by the members that its standard asks for, wherever they stand at the top."""
    if "/resourceType" in told:
        return FileFormat.FHIR
    if told.get("/type") == "bundle" and told.get("/id", "").startswith("bundle--"):
        return FileFormat.STIX
    if any(_STIX_ID.fullmatch(told.get(f"{at}/id", "")) and f"{at}/type" in told for at in ("", "/0", "/objects/0")):
        return FileFormat.STIX
    if not _MISP.isdisjoint(told):
        return FileFormat.MISP
    if told.get("/type") in {"FeatureCollection", "Feature"} and ("/features" in told or "/geometry" in told):
        return FileFormat.GEOJSON
    return None


def _json_values(text: str) -> Iterator[tuple[str, str]]:
    """Give the paths and scalar values of a JSON text that may be cut off; arrays and objects give an empty value."""
    path: list[str | int] = []
    opened: list[str] = []
    key = ""
    for part in (found[0] for found in islice(_JSON_TOKEN.finditer(text), _JSON_TOKENS)):
        if part in "}]":
            if not opened:
                return
            opened.pop()
            path.pop()
        elif part == ",":
            path[-1:] = [last + 1 if isinstance(last, int) else last for last in path[-1:]]
            key = ""
        elif part == ":":
            path[-1:] = [key]
        else:
            if opened and opened[-1] == "{" and not key and part[0] == '"':
                key = part[1:-1]
                continue
            yield "".join(f"/{step}" for step in path), part.strip('"') if part not in "{[" else ""
            if part in "{[":
                opened.append(part)
                path.append(0 if part == "[" else "")
                key = ""


def _is_mail(text: str, suffix: str) -> bool:
    """A mail program leaves its marks, and names people by address; a memo has the same lines without them."""
    lines = _header_lines(text)
    names = {name for name, _ in lines}
    known = [name for name, _ in lines if name in _MAIL_HEADERS or name.startswith("x-")]
    is_sent = bool(names & _MACHINE_HEADERS) or any("@" in said for name, said in lines if name in _ADDRESSES)
    return (
        len(known) > 1
        and bool(names & _SURE_HEADERS)
        and len(known) * 2 >= len(lines)
        and (is_sent or suffix == ".eml")
    )


def _header_lines(text: str) -> list[tuple[str, str]]:
    """Give the header lines that a text begins with, each by its name; a line that is none ends them."""
    lines: list[tuple[str, str]] = []
    for line in islice(text.splitlines(), 60):
        if line.startswith((" ", "\t")) and lines:
            lines[-1] = (lines[-1][0], lines[-1][1] + line)
            continue
        found = _HEADER.match(line)
        if not found:
            break
        lines.append((found[1].lower(), found[2]))
    return lines


def _is_delimited(text: str, suffix: str, *, is_whole: bool) -> bool:
    """A table has the same number of cells in most rows, and its cells are not the parts of sentences."""
    sample = (
        text[:_SAMPLE] if is_whole and len(text) <= _SAMPLE else text[:_SAMPLE].rpartition("\n")[0] or text[:_SAMPLE]
    )
    rows = [
        row for row in sample_records(sample, find_dialect(sample, suffix)) if any(cell.strip() for cell in row.cells)
    ]
    width = usual_width(rows)
    agree = sum(1 for row in rows if len(row.cells) == width) / max(len(rows), 1)
    if suffix in _TABLE_NAMES:
        return (width > 1 and agree >= _HALF) or not _is_prose(sample)
    if width < 2 or (len(rows) == 1 and any(" " in cell.strip() for cell in rows[0].cells)):  # noqa: PLR2004 - of one column: by name
        return False
    if _is_sentence(next(row for row in rows if len(row.cells) == width)):
        return False
    if suffix in _PROSE_NAMES or _spaced(rows) >= _SPACED:
        return len(rows) > _FEW and agree == 1 and not _is_prose(sample)
    return agree >= _AGREE


def _is_sentence(row: Record) -> bool:
    """Say whether a row is a sentence with a comma in it, and neither a heading nor a record."""
    last = row.cells[-1].rstrip()
    return last[-1:] in ".!?" and all(cell.startswith(" ") for cell in row.cells[1:]) and " " in last.strip()


def _spaced(rows: list[Record]) -> float:
    """How often a cell begins with a space, as what follows a comma does in prose."""
    cells = [cell for row in rows for cell in row.cells[1:]]
    return sum(1 for cell in cells if cell.startswith(" ")) / max(len(cells), 1)


def _is_prose(sample: str) -> bool:
    lines = [line for line in sample.splitlines() if line.strip()]
    sentences = [
        line for line in lines if _SENTENCE.search(line) and (len(line) > _LONG or line.rstrip()[-1:] in ".!?:")
    ]
    return len(sentences) * 2 > len(lines)
