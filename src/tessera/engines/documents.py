"""Older office documents, opened by kreuzberg. Nothing here asks a network, keeps a cache or recognises letters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tessera.errors import Unreadable

_DAMAGED: Final = "It may be cut off or damaged: open it, save it again and deliver it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDocument:
    """What kreuzberg makes of a document: its blocks in order, and what the document says of itself.

    A block is a sort (`heading`, `paragraph`, `row`), its text, and the page it stands on, 0 where that is not known.
    """

    blocks: tuple[tuple[str, str, int], ...]
    facts: Mapping[str, str]


def read_document(content: bytes, media_type: str, *, where: str) -> TextDocument:
    """Read an office document by kreuzberg: no recognition of letters, no cache, no network."""
    import kreuzberg  # noqa: PLC0415 - loaded only where there is such a document

    config = kreuzberg.ExtractionConfig(use_cache=False, disable_ocr=True, include_document_structure=True)  # type: ignore[call-arg] # its types lack one
    try:
        found = kreuzberg.extract_bytes_sync(content, media_type, config)
    except kreuzberg.KreuzbergError as error:
        raise Unreadable("the document cannot be read", where=where, advice=_DAMAGED) from error
    blocks = tuple(_blocks(found.document)) if found.document else ()
    return TextDocument(blocks=blocks or tuple(_plain_blocks(found.content)), facts=_facts(dict(found.metadata)))


def _clean(text: str) -> str:
    return "".join(char for char in text if char >= " ")


def _blocks(document: Any) -> Iterator[tuple[str, str, int]]:  # noqa: ANN401 - the library has no types
    for node in document["nodes"]:
        content, page = node["content"], int(node.get("page") or 0)
        match content["node_type"]:
            case "heading" | "title":
                yield "heading", content["text"], page
            case "table":
                yield from (("row", row, page) for row in _rows(content["grid"]))
            case _ if content.get("text"):
                yield "paragraph", content["text"], page
            case _:
                continue


def _rows(grid: Mapping[str, Any]) -> Iterator[str]:
    rows: dict[int, list[str]] = {}
    for cell in grid["cells"]:
        rows.setdefault(cell["row"], []).append(" ".join(cell["content"].split()))
    yield from (" | ".join(cells) for _, cells in sorted(rows.items()) if any(cells))


def _plain_blocks(content: str) -> Iterator[tuple[str, str, int]]:
    yield from (("paragraph", part, 0) for part in content.split("\n\n") if part.strip())


def _facts(metadata: Mapping[str, Any]) -> dict[str, str]:
    authors = metadata.get("authors") or ([metadata["created_by"]] if metadata.get("created_by") else [])
    facts = {
        "title": metadata.get("title"),
        "author": "; ".join(map(str, authors)),
        "made_at": metadata.get("created_at"),
    }
    return {name: _clean(str(value)) for name, value in facts.items() if value}
