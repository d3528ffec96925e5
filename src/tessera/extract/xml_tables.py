"""XML: the element that repeats is the record; what stands in it becomes columns with dotted names."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tessera.errors import Invalid, Unreadable
from tessera.extract.batching import Row, in_batches, rejected
from tessera.extract.columns import check_width
from tessera.extract.flatten import TooDeep, flatten
from tessera.extract.piece import Piece
from tessera.extract.xml_text import BrokenXml, drop, elements, local, not_xml, qualified
from tessera.model.rows import RejectedRow, RowBatch, TableFormat, TablePart

_SAMPLE: Final = 200_000
Path = tuple[str, ...]


def parts(piece: Piece) -> Iterator[TablePart]:
    """Find the repeated element, or take the one that was named, and the columns in it."""
    try:
        path, scattered = _given(piece) if piece.record_path else _repeated(piece)
    except BrokenXml as error:
        raise not_xml(piece, error) from error
    columns: dict[str, None] = {}
    try:
        for element in _records(piece, path):
            columns.update(dict.fromkeys(_flat(element, piece)))
            check_width(max(len(columns), 1), piece.limits, piece.where)
    except BrokenXml as error:
        if not columns:
            raise not_xml(piece, error) from error
    check_width(len(columns), piece.limits, piece.where)
    xpath = "/" + "/".join(path)
    options = {"xpath": f"({xpath})" if scattered else xpath, "path": xpath}
    yield TablePart(path=piece.part_path(), format=TableFormat.XML, columns=tuple(columns), options=options)


def batches(piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]:
    """Read the records in document order."""
    yield from in_batches(part, _rows(piece, part), size, piece.limits)


def _rows(piece: Piece, part: TablePart) -> Iterator[Row | RejectedRow]:
    number = 0
    path = tuple(part.options["path"].split("/")[1:])
    try:
        for element in _records(piece, path):
            number += 1
            yield _row(number, element, part, piece)
    except BrokenXml as error:
        reason = (
            f"The file is not well-formed XML from here on ({error}); it may be cut off. "
            "Records before this one were read, none after it: ask for the file again."
        )
        yield rejected(number + 1, reason, "")


def _row(number: int, element: Any, part: TablePart, piece: Piece) -> Row | RejectedRow:  # noqa: ANN401
    flat = _flat(element, piece)
    if not flat and len(element):
        return rejected(number, "Elements in this record are nested too deeply. Deliver flatter data.", "")
    return Row(number, [flat.get(name) for name in part.columns])


def _records(piece: Piece, path: Path) -> Iterator[Any]:
    """Give each element that stands at `path`, whole; everything else is dropped on the way."""
    depth = matched = 0
    inside = False
    for event, element in elements(piece):
        if event == "start":
            depth += 1
            if not inside and matched == depth - 1 < len(path) and qualified(element) == path[matched]:
                matched = depth
                inside = depth == len(path)
            continue
        if inside and depth == len(path):
            yield element
            inside = False
        if not inside:
            matched = min(matched, depth - 1)
            drop(element)
        depth -= 1


def _flat(element: Any, piece: Piece) -> dict[str, str | None]:  # noqa: ANN401 - lxml elements have no useful types
    try:
        value = _value(element, piece.limits.max_nesting)
        return flatten(value if isinstance(value, dict) else {local(element): value}, piece.limits.max_nesting)
    except TooDeep:
        return {}


def _value(element: Any, levels: int) -> object:  # noqa: ANN401 - lxml elements have no useful types
    """Turn an element into text, or into names and values: `@name` for attributes, `#text` beside elements."""
    if levels <= 0:
        raise TooDeep
    found: dict[str, list[object]] = {f"@{_bare(name)}": [value] for name, value in element.attrib.items()}
    for child in element.iterchildren("*"):
        is_leaf = not len(child) and not child.attrib
        value = (child.text or "").strip() if is_leaf else _value(child, levels - 1)
        found.setdefault(local(child), []).append(value)
    text = _text(element)
    if not found:
        return text
    plain = {name: values[0] if len(values) == 1 else values for name, values in found.items()}
    return plain | ({"#text": text} if text else {})


def _text(element: Any) -> str:  # noqa: ANN401 - lxml elements have no useful types
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join("".join(pieces).split()) if len(element) else "".join(pieces).strip()


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


@dataclass(kw_only=True)
class _Survey:
    """How often each path occurs, how often under one parent, and whether anything stands in it."""

    total: Counter[Path] = field(default_factory=Counter)
    most: Counter[Path] = field(default_factory=Counter)
    parents: Counter[Path] = field(default_factory=Counter)
    filled: set[Path] = field(default_factory=set)


def _repeated(piece: Piece) -> tuple[Path, bool]:
    """Choose the shallowest path that repeats under one parent and has something in it; else the root."""
    survey = _survey(piece)
    repeated = [path for path, count in survey.most.items() if count > 1 and path in survey.filled]
    if not repeated:
        root = next(iter(survey.total), None)
        if root is None:
            raise Unreadable("the XML has no elements", where=piece.where, advice="Ask for the file again.")
        return root, False
    best = min(repeated, key=lambda path: (len(path), -survey.most[path]))
    return best, survey.parents[best] > 1


def _survey(piece: Piece) -> _Survey:
    survey = _Survey()
    at: list[str] = []
    counts: list[Counter[str]] = [Counter()]
    try:
        for place, (event, element) in enumerate(elements(piece)):
            if event == "start":
                name = qualified(element)
                at.append(name)
                path = tuple(at)
                counts[-1][name] += 1
                survey.total[path] += 1
                survey.most[path] = max(survey.most[path], counts[-1][name])
                survey.parents[path] += counts[-1][name] == 1
                if element.attrib:
                    survey.filled.add(path)
                if len(at) > 1:
                    survey.filled.add(path[:-1])
                counts.append(Counter())
            else:
                at.pop()
                counts.pop()
                drop(element)
            if place > _SAMPLE:
                break
    except BrokenXml:
        if len(survey.total) < 2:  # noqa: PLR2004 - nothing but a root, or not even that
            raise
    return survey


def _given(piece: Piece) -> tuple[Path, bool]:
    """Find the path that was asked for; prefixes may be left out, and `//name` stands for any depth."""
    wanted = [step for step in piece.record_path.split("/") if step]
    anywhere = piece.record_path.startswith("//") or not piece.record_path.startswith("/")
    survey = _survey(piece)
    for path in survey.total:
        tail = path[-len(wanted) :] if anywhere else path
        if len(tail) == len(wanted) and all(_same(step, name) for step, name in zip(wanted, tail, strict=True)):
            return path, survey.parents[path] > 1
    seen = ", ".join("/" + "/".join(path) for path in list(survey.total)[:8])
    message = f"no element stands at the record path {piece.record_path!r}"
    raise Invalid(message, where=piece.where, advice=f"The file has {seen}.")


def _same(step: str, name: str) -> bool:
    return step in {name, name.rpartition(":")[2]}
