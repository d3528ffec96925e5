"""The built styles and scripts of the workbench, found through the manifest that the build leaves behind."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

from tessera.errors import Invalid

STATIC = Path(__file__).parent / "static"
ADDRESS = "/static/"
ADVICE = "Build the front end once: install the package again (`make up` does), or unpack a wheel of Tessera."


class Chunk(TypedDict, total=False):
    """One built file and what it needs, as the manifest has it."""

    file: str
    name: str
    isEntry: bool
    imports: list[str]
    css: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """What was built: chunks by their key in the manifest."""

    chunks: Mapping[str, Chunk]

    @classmethod
    def read(cls, static: Path = STATIC) -> "Assets":
        """Read the manifest in `static`. Raises Invalid where the front end was never built."""
        manifest = static / "manifest.json"
        try:
            return cls(chunks=cast("dict[str, Chunk]", json.loads(manifest.read_text(encoding="utf-8"))))
        except FileNotFoundError:
            msg = "the front end is not built"
            raise Invalid(msg, where=str(manifest), advice=ADVICE) from None
        except ValueError:
            msg = "the front end's manifest cannot be read"
            raise Invalid(msg, where=str(manifest), advice=ADVICE) from None

    def styles(self, entry: str) -> tuple[str, ...]:
        """Addresses of the style sheets of an entry; those of imported chunks come first."""
        return tuple(dict.fromkeys(ADDRESS + css for chunk in self._needed(entry) for css in chunk.get("css", [])))

    def scripts(self, entry: str) -> tuple[str, ...]:
        """Addresses of an entry's module and, before it, of the modules that it imports."""
        return tuple(dict.fromkeys(ADDRESS + chunk["file"] for chunk in self._needed(entry)))

    def _needed(self, entry: str) -> Iterator[Chunk]:
        key = next((k for k, c in self.chunks.items() if c.get("isEntry") and c.get("name") == entry), None)
        if key is None:
            msg = f"the front end has no entry {entry!r}"
            raise Invalid(msg, where="manifest.json", advice=ADVICE)
        yield from self._walk(key, set())

    def _walk(self, key: str, seen: set[str]) -> Iterator[Chunk]:
        if key in seen:
            return
        seen.add(key)
        for imported in self.chunks[key].get("imports", []):
            yield from self._walk(imported, seen)
        yield self.chunks[key]
