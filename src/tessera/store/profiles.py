"""What the members of an entity say together, from what the reader may see of each: values with their sources, and names."""

from collections import Counter
from collections.abc import Sequence

from tessera.dictionary import Dictionary
from tessera.dictionary.values import folded
from tessera.dictionary.words import TermType
from tessera.model.entity import ProfileTerm, ProfileValue
from tessera.model.record import RecordView, TermValue

ONE_ONLY = frozenset({TermType.CODE, TermType.DATE})
"""Types of terms of which a thing has one value; numbers that name it are told by the model's keys and guards."""
NAMING = ("alias", "full_name")
MOST_ALIASES = 50


def profile_of(dictionary: Dictionary, members: Sequence[RecordView], alone: frozenset[str]) -> tuple[ProfileTerm, ...]:
    """Put together what members say, term by term in the order of the dictionary. `alone`: terms with one value only."""
    kind = members[0].kind
    known = list(dictionary.kinds[kind].terms) if kind in dictionary.kinds else []
    names = {term.term for member in members for term in member.terms}
    ordered = sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))
    return tuple(_term(dictionary, kind, name, members, alone) for name in ordered)


def _term(
    dictionary: Dictionary, kind: str, name: str, members: Sequence[RecordView], alone: frozenset[str]
) -> ProfileTerm:
    said = [(member, term) for member in members for term in member.terms if term.term == name]
    shown = [(member, term) for member, term in said if not term.masked and term.value]
    hidden = [term for _, term in said if term.masked]
    values = _values(shown)
    declared = dictionary.kinds[kind].terms.get(name) if kind in dictionary.kinds else None
    single = name in alone or (declared is not None and declared.type in ONE_ONLY)
    first = said[0][1]
    return ProfileTerm(
        term=name,
        label=first.label,
        field_class=first.field_class,
        values=values,
        conflicting=single and len(values) > 1,
        masked=len(hidden),
        masked_by=hidden[0].masked_by if hidden else "",
    )


def _values(shown: Sequence[tuple[RecordView, TermValue]]) -> tuple[ProfileValue, ...]:
    """Each value once, in the writing of its newest member; those of the most sources first."""
    together: dict[str, list[tuple[RecordView, str]]] = {}
    for member, term in shown:
        together.setdefault(folded(term.value) or term.value, []).append((member, term.value))
    found = [
        ProfileValue(
            value=some[0][1],
            records=tuple(member.uid for member, _ in some),
            sources=tuple(sorted({member.source_label for member, _ in some})),
            newest=some[0][0].known_from,
        )
        for some in together.values()
    ]
    return tuple(sorted(found, key=lambda value: (-len(value.sources), -value.newest, value.value)))


def headline_of(members: Sequence[RecordView]) -> str:
    """Name the entity as most of its members are named; of equals, as the newest is. The members come newest first."""
    counted = Counter(member.headline for member in members)
    return max((member.headline for member in members), key=lambda headline: counted[headline])


def newest_first(member: RecordView) -> tuple[int, str, str, str]:
    """Sort members: what became known together by what it is called, so that no accident of numbering decides."""
    return (-member.known_from, member.headline, member.locator, str(member.uid))


def aliases_of(members: Sequence[RecordView], headline: str) -> tuple[str, ...]:
    """Give other names of the entity, those that most members use first."""
    counted: Counter[str] = Counter(member.headline for member in members)
    for member in members:
        counted.update(term.value for term in member.terms if term.term in NAMING and term.value and not term.masked)
    own = {folded(headline), *(folded(member.kind_label) for member in members)}
    found: dict[str, str] = {}
    for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        if folded(name) and folded(name) not in own:
            found.setdefault(" ".join(sorted(folded(name).split())), name)
    found.pop(" ".join(sorted(folded(headline).split())), None)
    return tuple(found.values())[:MOST_ALIASES]
