"""Messages read whole in tests, and the laws that hold for whatever a reader of messages gives."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

from tables import SHARED

from tessera import bootstrap
from tessera.dictionary import Dictionary, load
from tessera.dictionary.values import LONGEST, read_value
from tessera.extract.limits import Limits
from tessera.extract.piece import Budget, Piece
from tessera.extract.tools import Tools
from tessera.model.found import Bond, Draft, Facts, Finding, Off, Refused, Unmapped
from tessera.settings import Settings

THREAT = SHARED / "threat"
ALERTS = SHARED / "alerts" / "cap"
NIEM = SHARED / "niem"
FHIR = SHARED / "health" / "synthea-fhir"
_OFF = Off(why="not needed", advice="")
TOOLS = Tools(pictures=_OFF, speech=_OFF, names=_OFF)
_TODAY = date(2100, 1, 1)


@cache
def words() -> Dictionary:
    return load(bootstrap.pack_folders(Settings(center=Path())))


def piece_of(path: Path) -> Piece:
    return Piece(path=path, filename=path.name, budget=Budget(left=2**40), limits=Limits())


def read_file(reader: ModuleType, path: Path) -> list[Finding]:
    return list(reader.read(piece_of(path), TOOLS))


def read_text(reader: ModuleType, folder: Path, text: str | bytes) -> list[Finding]:
    path = folder / "message"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_file(reader, path)


def drafts(findings: Iterable[Finding], kind: str = "") -> list[Draft]:
    return [each for each in findings if isinstance(each, Draft) and kind in {"", each.kind}]


def bonds(findings: Iterable[Finding], type_: str = "") -> list[Bond]:
    return [each for each in findings if isinstance(each, Bond) and type_ in {"", each.type}]


def refused(findings: Iterable[Finding]) -> list[str]:
    return [each.reason for each in findings if isinstance(each, Refused)]


def unmapped(findings: Iterable[Finding]) -> Counter[str]:
    return Counter({each.what: each.count for each in findings if isinstance(each, Unmapped)})


def check_words(findings: Sequence[Finding]) -> None:
    """Facts come first and once; every kind, term, value, link and role is one of the dictionary's."""
    facts = [each for each in findings if isinstance(each, Facts)]
    assert len(facts) == 1
    assert findings[0] is facts[0]
    assert set(facts[0].terms) <= set(words().kinds["file"].terms)
    for draft in drafts(findings):
        check_draft(draft)
    for bond in bonds(findings):
        link = words().link_types[bond.type]
        assert bond.start[0] in link.from_kinds, bond
        assert bond.end[0] in link.to_kinds, bond
        assert bond.role in {"", *link.roles}, bond


def check_draft(draft: Draft) -> None:
    terms = words().kinds[draft.kind].terms
    assert draft.key, draft
    assert draft.locator.pointer or draft.locator.row or draft.locator == type(draft.locator)(), draft
    for name, said in draft.terms.items():
        assert said, (draft.kind, name)
        if name == "birth_date" and len(said) < len("1984-07-19"):
            continue  # a month or a year alone, as the term's definition allows
        value = said if len(said) > LONGEST else read_value(words(), terms[name], said, today=_TODAY)
        assert value is not None, (draft.kind, name, said)
