"""Objects and elements of a message as they are read: what was asked for is noted, so that the rest can be counted."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from tessera.extract.messages import stored
from tessera.extract.xml_text import local, qualified

Json: TypeAlias = Mapping[str, object]
_NOTHING: Final[Json] = {}
_XML: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


class JsonPart:
    """An object of a JSON message. `name` is what its leftovers are counted under, `pointer` where it stands."""

    __slots__ = ("_asked", "_inner", "name", "pointer", "value")

    def __init__(self, value: object, name: str, pointer: str = "") -> None:
        """Read a value; what is no object reads like one with nothing in it."""
        self.value: Json = value if isinstance(value, dict) else _NOTHING
        self.name = name
        self.pointer = pointer
        self._asked: set[str] = set()
        self._inner: dict[str, list[JsonPart]] = {}

    def __bool__(self) -> bool:
        return bool(self.value)

    def get(self, name: str) -> object:
        """Give a value whole."""
        self._asked.add(name)
        return self.value.get(name)

    def text(self, name: str) -> str:
        """Give a plain value as text. A list or object in its place stays among the leftovers."""
        found = self.value.get(name)
        if not isinstance(found, (dict, list)):
            self._asked.add(name)
        return stored.text(found)

    def moment(self, name: str) -> str:
        """Give a time as records hold it. What is no day or time stays among the leftovers."""
        found = stored.moment(self.value.get(name))
        if found:
            self._asked.add(name)
        return found

    def texts(self, name: str) -> list[str]:
        """Give the plain values of a list, or of a value alone, as texts."""
        found = self.value.get(name)
        many = found if isinstance(found, list) else [found]
        if not any(isinstance(each, (dict, list)) for each in many):
            self._asked.add(name)
        return [said for said in map(stored.text, many) if said]

    def part(self, name: str) -> "JsonPart":
        """Give the object of that name, or the first of several; an empty one where there is none."""
        return next(iter(self.parts(name)), JsonPart(None, f"{self.name}.{name}"))

    def parts(self, name: str) -> list["JsonPart"]:
        """Give the objects of that name."""
        if name not in self._inner:
            found = self.value.get(name)
            many = found if isinstance(found, list) else [found]
            if all(isinstance(each, dict) for each in many):
                self._asked.add(name)
            at = f"{self.pointer}/{escaped(name)}"
            self._inner[name] = [
                JsonPart(each, f"{self.name}.{name}", f"{at}/{place}" if isinstance(found, list) else at)
                for place, each in enumerate(many)
                if isinstance(each, dict)
            ]
        return self._inner[name]

    def settle(self) -> None:
        """Note that all of it is accounted for."""
        self._asked.update(self.value)
        self._inner.clear()

    def left(self) -> Iterator[str]:
        """Name what nobody asked for, deep."""
        for name, value in self.value.items():
            if name not in self._asked and value not in (None, "", [], {}):
                yield f"{self.name}.{name}"
        for parts in self._inner.values():
            for part in parts:
                yield from part.left()


class XmlPart:
    """An element of an XML message, by local names: prefixes and namespaces differ between versions of a standard."""

    __slots__ = ("_asked", "_children", "_inner", "element", "name", "pointer")

    def __init__(self, element: Any, name: str = "", pointer: str = "") -> None:  # noqa: ANN401 - lxml has no types
        """Read an element; None reads like one with nothing in it."""
        self.element = element
        self.name = name or (local(element) if element is not None else "")
        self.pointer = pointer
        self._asked: set[str] = set()
        self._inner: dict[str, list[XmlPart]] = {}
        self._children: dict[str, list[Any]] = {}
        for child in () if element is None else element:
            if isinstance(child.tag, str):
                self._children.setdefault(local(child), []).append(child)

    def __bool__(self) -> bool:
        return bool(self._children)

    @property
    def names(self) -> list[str]:
        """Local names of the children, each once, in order."""
        return list(self._children)

    @property
    def said(self) -> str:
        """The text of the element itself."""
        return "" if self.element is None else _text(self.element)

    def attribute(self, name: str) -> str:
        """Give an attribute by its local name."""
        for key, value in () if self.element is None else self.element.attrib.items():
            if key.rpartition("}")[2] == name:
                return stored.text(value)
        return ""

    def text(self, name: str) -> str:
        """Give the text of the first child of that name; a child with children of its own stays among the leftovers."""
        return next(iter(self.texts(name)), "")

    def texts(self, name: str) -> list[str]:
        """Give the texts of the children of that name that say something."""
        found = self._children.get(name, [])
        if not any(isinstance(inner.tag, str) for child in found for inner in child):
            self._asked.add(name)
        return [said for said in map(_text, found) if said]

    def has(self, name: str) -> bool:
        """Claim that a child of that name is there, empty or not."""
        return name in self._children

    def count(self, name: str) -> int:
        """Count the children of that name."""
        return len(self._children.get(name, ()))

    def part(self, *path: str) -> "XmlPart":
        """Go down a path, at each step to the first child of that name; an empty part where there is none."""
        at = self
        for name in path:
            at = next(iter(at.parts(name)), XmlPart(None, f"{at.name}.{name}"))
        return at

    def parts(self, name: str) -> list["XmlPart"]:
        """Give the children of that name."""
        if name not in self._inner:
            self._asked.add(name)
            found = self._children.get(name, [])
            self._inner[name] = [
                XmlPart(child, f"{self.name}.{name}", f"{self.pointer}/{qualified(child)}[{place}]")
                for place, child in enumerate(found, start=1)
            ]
        return self._inner[name]

    def pass_over(self, *names: str) -> None:
        """Note that children of these names are known and are kept in the file alone."""
        self._asked.update(names)

    def settle(self) -> None:
        """Note that all of it is accounted for."""
        self._asked.update(self._children)
        self._inner.clear()

    def left(self) -> Iterator[str]:
        """Name what nobody asked for and says something, deep."""
        for name, children in self._children.items():
            if name not in self._asked:
                yield from [f"{self.name}.{name}"] * sum(map(_says_something, children))
        for parts in self._inner.values():
            for part in parts:
                yield from part.left()


def escaped(name: str) -> str:
    """Write a name as a step of a JSON pointer.

    >>> escaped("a/b~c")
    'a~1b~0c'
    """
    return name.replace("~", "~0").replace("/", "~1")


def _text(element: Any) -> str:  # noqa: ANN401 - lxml elements have no useful types
    """Give the text of an element, comments left out."""
    beside = (inner.tail or "" for inner in element if not isinstance(inner.tag, str))
    return stored.text((element.text or "") + "".join(beside))


def _says_something(element: Any) -> bool:  # noqa: ANN401 - lxml elements have no useful types
    own = any(not key.startswith(_XML) for key in element.attrib)
    return own or bool(len(element)) or bool((element.text or "").strip())
