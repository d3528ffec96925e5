"""NIEM messages in XML or JSON as one tree: names without prefixes, identifiers and references."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tessera.errors import Unreadable
from tessera.extract.messages import stored
from tessera.extract.messages.json_message import items
from tessera.extract.messages.parts import escaped
from tessera.extract.piece import Piece
from tessera.extract.xml_text import BrokenXml, elements, local, not_xml, qualified

_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a message that is held whole, because anything in it may refer to anything else."""
_STRUCTURE: Final = frozenset({"metadata", "relationshipMetadata", "sequenceID", "linkMetadata"})
_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_PLAIN: Final = frozenset({"rdf:value", "@value"})


@dataclass(kw_only=True)
class Node:
    """An element or object of a message."""

    name: str
    pointer: str
    text: str = ""
    ident: str = ""
    ref: str = ""
    children: list["Node"] = field(default_factory=list)
    taken: bool = False

    def all(self, *names: str) -> Iterator["Node"]:
        """Give the children of these names."""
        return (child for child in self.children if child.name in names)

    def down(self, *path: str) -> "Node | None":
        """Go down a path to the first that has it whole."""
        if not path:
            return self
        return next(filter(None, (child.down(*path[1:]) for child in self.all(path[0]))), None)

    def say(self, *path: str) -> str:
        """Give the text at the end of a path, and note that it was taken."""
        found = self.down(*path)
        if found is None:
            return ""
        found.taken = True
        return found.text

    def says(self, name: str) -> list[str]:
        """Give the texts of all children of a name."""
        found = list(self.all(name))
        for child in found:
            child.taken = True
        return [child.text for child in found if child.text]

    def walk(self) -> Iterator["Node"]:
        """Give this and everything below, in order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def first(self, claim: Callable[["Node"], bool]) -> "Node | None":
        """Give the first below of which a claim holds."""
        return next((node for node in self.walk() if node is not self and claim(node)), None)


def tree_of(piece: Piece) -> Node:
    """Read a message whole; raise Unreadable where it is too large, or no message."""
    if piece.path.stat().st_size > _LARGEST:
        message = f"the message has more than {_LARGEST // 1024**2} MB, and has to be held whole"
        raise Unreadable(message, where=piece.where, advice="Ask for it in several messages.")
    with piece.path.open("rb") as file:
        head = file.read(64).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return _from_json(piece) if head[:1] in {b"{", b"["} else _from_xml(piece)


def _from_xml(piece: Piece) -> Node:
    deepest = 0
    root: Any = None
    try:
        for event, element in elements(piece):
            root = element if root is None else root
            deepest += 1 if event == "start" else -1
            if deepest > piece.limits.max_nesting:
                message = f"elements are nested more than {piece.limits.max_nesting} levels deep"
                raise Unreadable(message, where=piece.where, advice="Deliver flatter XML.")
    except BrokenXml as error:
        raise not_xml(piece, error) from error
    return _element(root, f"/{qualified(root)}[1]")


def _element(element: Any, pointer: str) -> Node:  # noqa: ANN401 - lxml elements have no useful types
    node = Node(name=local(element), pointer=pointer, text=stored.text(element.text or ""))
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2]
        if name == "id":
            node.ident = stored.text(value)
        elif name in {"ref", "uri"}:
            node.ref = stored.text(value).removeprefix("#")
        elif name not in _STRUCTURE and not key.startswith(_INSTANCE):
            node.children.append(Node(name=name, pointer=f"{pointer}/@{name}", text=stored.text(value)))
    counts: dict[str, int] = {}
    for child in element:
        if isinstance(child.tag, str):
            name = qualified(child)
            counts[name] = counts.get(name, 0) + 1
            node.children.append(_element(child, f"{pointer}/{name}[{counts[name]}]"))
    return node


def _from_json(piece: Piece) -> Node:
    root = Node(name="", pointer="")
    for item in items(piece, ()):
        if item.fault:
            raise Unreadable(
                item.fault.partition(".")[0].lower(), where=piece.where, advice="Ask for the message again."
            )
        root.children += _value("message", item.value, item.locator.pointer)
    return root


def _value(name: str, value: object, pointer: str) -> list[Node]:
    if isinstance(value, list):
        return [node for place, each in enumerate(value) for node in _value(name, each, f"{pointer}/{place}")]
    node = Node(name=name.rpartition(":")[2], pointer=pointer)
    if not isinstance(value, dict):
        node.text = stored.text(value)
        return [node]
    given = stored.text(value.get("@id")).removeprefix("#")
    node.ident, node.ref = (given, "") if len(value) > 1 else ("", given)
    for key, inner in value.items():
        if key in _PLAIN:
            node.text = stored.text(inner)
        elif not key.startswith("@"):
            node.children += _value(key, inner, f"{pointer}/{escaped(key)}")
    return [node]
