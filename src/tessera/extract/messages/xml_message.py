"""Walk through an XML message of any size, element by element, each with its XPath."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from tessera.errors import Unreadable
from tessera.extract.messages.json_message import SHOWN
from tessera.extract.messages.parts import XmlPart
from tessera.extract.piece import Piece
from tessera.extract.xml_text import BrokenXml, drop, elements, local, not_xml, qualified
from tessera.model.found import Finding, Refused
from tessera.model.locator import Locator

_ADVICE: Final = "Deliver flatter XML."


def outermost(piece: Piece, wanted: Callable[[str], bool], passed: Counter[str]) -> Iterator[XmlPart]:
    """Give the elements whose local name is wanted, whole, and not those inside them; then they are dropped.

    Elements that hold no others and are not wanted are counted in `passed` by their local names.
    """
    steps: list[str] = []
    counts: list[Counter[str]] = [Counter()]
    inside = 0
    for event, element in elements(piece):
        if event == "start":
            name = qualified(element)
            counts[-1][name] += 1
            steps.append(f"{name}[{counts[-1][name]}]")
            counts.append(Counter())
            inside += 1 if inside or wanted(local(element)) else 0
            if len(steps) > piece.limits.max_nesting:
                message = f"elements are nested more than {piece.limits.max_nesting} levels deep"
                raise Unreadable(message, where=piece.where, advice=_ADVICE)
            continue
        pointer = "/" + "/".join(steps)
        steps.pop()
        held = counts.pop()
        if inside:
            inside -= 1
            if inside:
                continue
            yield XmlPart(element, pointer=pointer)
        elif not held and (element.text or "").strip():
            passed[local(element)] += 1
        drop(element)


def whole_or_tail(piece: Piece, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Pass findings on; where the XML breaks off, refuse the rest, or all of it where nothing was found before."""
    given = 0
    try:
        for finding in findings:
            given += 1
            yield finding
    except BrokenXml as error:
        if not given:
            raise not_xml(piece, error) from error
        reason = (
            f"The file is not well-formed XML from here on ({error}); it may be cut off. What stands before was read, "
            "and nothing after it: ask for the file again."
        )
        yield Refused(reason=reason, locator=Locator())


def source_of(element: Any) -> str:  # noqa: ANN401 - lxml elements have no useful types
    """Give the beginning of an element as it stood, for quarantine."""
    from lxml import etree  # noqa: PLC0415 - loaded only where there is XML

    return str(etree.tostring(element, encoding="unicode", with_tail=False))[:SHOWN]
