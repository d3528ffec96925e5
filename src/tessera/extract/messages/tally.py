"""What no term takes, counted by name."""

from collections.abc import Iterable, Iterator

from tessera.extract.messages.parts import JsonPart, XmlPart
from tessera.model.found import Unmapped
from tessera.model.locator import Locator


class Tally:
    """Counts by name, each with the first place."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._counts: dict[str, int] = {}
        self._first: dict[str, Locator] = {}

    def count(self, names: Iterable[str], locator: Locator) -> None:
        """Count each name once for each time that it is given."""
        for name in names:
            self._counts[name] = self._counts.get(name, 0) + 1
            self._first.setdefault(name, locator)

    def rest(self, part: JsonPart | XmlPart, locator: Locator) -> None:
        """Count what nobody asked for of a part, which is accounted for by that."""
        self.count(part.left(), locator)
        part.settle()

    def findings(self) -> Iterator[Unmapped]:
        """Give what was counted."""
        for what, count in self._counts.items():
            yield Unmapped(what=what, count=count, locator=self._first[what])
