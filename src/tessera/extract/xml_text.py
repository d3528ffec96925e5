"""Walk through XML of any size; entities, document types with entities, and the network are off."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tessera.errors import Hostile, Unreadable
from tessera.extract.formats import head_of
from tessera.extract.piece import Piece

_PROLOG: Final = 1024 * 1024
_ENTITY: Final = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_ADVICE: Final = "Entities can read files or fill the memory. Deliver the data without a DOCTYPE."


class BrokenXml(Exception):
    """The text is no XML from here on."""


def elements(piece: Piece, events: tuple[str, ...] = ("start", "end")) -> Iterator[tuple[str, Any]]:
    """Give (event, element) in document order. Whoever has done with an element must `drop` it.

    Raises Hostile where the document declares entities, BrokenXml where it is not well formed.
    """
    from lxml import etree  # noqa: PLC0415 - loaded only where there is XML

    _refuse_entities(piece)
    with piece.path.open("rb") as file:
        walk = etree.iterparse(
            file, events=events, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            first = True
            for event, element in walk:
                if first:
                    _check_prolog(element, piece)
                    first = False
                yield event, element
        except etree.XMLSyntaxError as error:
            if "entit" in str(error).lower():
                raise _hostile(piece) from error
            raise BrokenXml(str(error)) from error


def drop(element: Any) -> None:  # noqa: ANN401 - lxml elements have no useful types
    """Free an element that is done with, and what stood before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def qualified(element: Any) -> str:  # noqa: ANN401 - lxml elements have no useful types
    """Give the name as the document writes it, prefix included."""
    name = local(element)
    return f"{element.prefix}:{name}" if element.prefix else name


def local(element: Any) -> str:  # noqa: ANN401 - lxml elements have no useful types
    """Give the name without its namespace.

    >>> from lxml.etree import fromstring
    >>> local(fromstring('<a:b xmlns:a="urn:x"/>'))
    'b'
    """
    return str(element.tag).rpartition("}")[2]


def not_xml(piece: Piece, error: BrokenXml) -> Unreadable:
    """Say that nothing of the file could be read."""
    advice = "The file may be cut off: ask for it again."
    return Unreadable(f"the file is not well-formed XML ({error})", where=piece.where, advice=advice)


def _refuse_entities(piece: Piece) -> None:
    """Look for entity declarations before any parser does; they can only stand at the start."""
    head = head_of(piece.path).replace(b"\0", b"")
    if b"<!DOCTYPE" in head:
        with piece.path.open("rb") as file:
            head = file.read(_PROLOG).replace(b"\0", b"")
    if _ENTITY.search(head):
        raise _hostile(piece)


def _check_prolog(element: Any, piece: Piece) -> None:  # noqa: ANN401 - lxml elements have no useful types
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise _hostile(piece)


def _hostile(piece: Piece) -> Hostile:
    return Hostile("the XML declares or uses entities", where=piece.where, advice=_ADVICE)
