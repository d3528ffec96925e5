"""Relations that a sentence states between two of its mentions: who drives, owns, calls, lives and works. A denial gives none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tessera.model.found import Mention, MentionType, Relation

_T = MentionType
_CARS: Final = frozenset({_T.VEHICLE, _T.PLATE, _T.VIN})
_PHONES: Final = frozenset({_T.PHONE})
_PLACES: Final = frozenset({_T.ADDRESS, _T.PLACE})
_BODIES: Final = frozenset({_T.ORGANIZATION})
_ADVERBS: Final = r"(?:\s(?:also|currently|now|often|usually|sometimes|then|later|reportedly|allegedly|regularly|still|first|previously))?"
_BE: Final = r"(?:\s(?:is|was|are|were|has been|had been|been|being))?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Words between a person and something else that state a relation. `turned` where the person comes last."""

    pattern: re.Pattern[str]
    objects: frozenset[MentionType]
    type: str
    role: str = ""
    turned: bool = False


def _says(words: str) -> re.Pattern[str]:
    """Make the pattern of what stands between; a few words may stand around what states the relation."""
    return re.compile(
        rf"(?:\s?\([^()]{{0,60}}\)|(?:,[^,;]{{0,40}}){{1,4}},|,|.{{0,80}}?\s(?:and|then|but|who)\b(?=\s))?(?:\s(?:who|and|that|which))?{_ADVERBS}{_BE}{_ADVERBS}\s(?:{words})\b(?:[\s:]\S{{1,20}}){{0,4}}?\s?[\"'“(:#]{{0,2}}\Z",
        re.IGNORECASE,
    )


SAYINGS: Final = (
    Saying(
        pattern=_says(
            "drives|driving|drove|operating|operated|operates|behind the wheel of|at the wheel of|the (?:driver|operator) of|driver of|operator of"
        ),
        objects=_CARS,
        type="uses-vehicle",
        role="driver",
    ),
    Saying(
        pattern=_says(
            "(?:a |the |riding as a |riding as )?passenger in|riding in|rides in|rode in|seated in the (?:front )?passenger seat of"
        ),
        objects=_CARS,
        type="uses-vehicle",
        role="passenger",
    ),
    Saying(
        pattern=_says("owns|owned|the (?:registered )?owner of|(?:registered )?owner of|purchased|bought|leases"),
        objects=_CARS,
        type="uses-vehicle",
        role="owner",
    ),
    Saying(
        pattern=_says(
            "(?:registered|belonging|belongs|belonged) to|(?:is |was )?owned by|comes back to|came back to|returns to|returned to"
        ),
        objects=_CARS,
        type="uses-vehicle",
        role="owner",
        turned=True,
    ),
    Saying(
        pattern=_says("(?:driven|operated|occupied) by"), objects=_CARS, type="uses-vehicle", role="driver", turned=True
    ),
    Saying(
        pattern=_says(
            "called(?: \\w+){0,3} from|calls from|calling from|texted(?: \\w+){0,3} from|reachable (?:at|on|by)|reached (?:at|on|by)|can be reached (?:at|on|by)|"
            "(?:be )?contacted (?:at|on)|uses(?: the)? (?:phone|number|cell)|using(?: the)? (?:phone|number|cell)|used(?: the)? (?:phone|number|cell)|"
            "(?:phone|telephone|cell|mobile|number)(?: number)? (?:is|was)|answers|answered|provided (?:phone|telephone|cell)"
        ),
        objects=_PHONES,
        type="uses-phone",
    ),
    Saying(
        pattern=re.compile(
            r"(?:['’]s|,? whose|,? with)?\s(?:\w+\s)?(?:phone|telephone|cell|cellphone|mobile|number)(?: phone| number)?(?:\s(?:is|was|of|no\.?|#))?[\s:]{0,2}\Z|\s\((?:(?:phone|cell|tel|ph|c|h|m)\.?:?\s?)?\Z|,\s(?:phone|cell|tel|ph)\.?:?\s\Z",
            re.IGNORECASE,
        ),
        objects=_PHONES,
        type="uses-phone",
    ),
    Saying(
        pattern=_says("(?:belongs|belonging|registered|subscribed|subscribes) to|(?:used|answered) by"),
        objects=_PHONES,
        type="uses-phone",
        turned=True,
    ),
    Saying(
        pattern=_says(
            "lives (?:at|in|on)|resides (?:at|in|on)|living (?:at|in|on)|residing (?:at|in|on)|stays at|staying at|(?:a )?resident of|home (?:at|is)|"
            "address (?:is|of)|moved (?:to|into)"
        ),
        objects=_PLACES,
        type="resides-at",
        role="home",
    ),
    Saying(
        pattern=re.compile(r"(?:\s?\([^()]{0,60}\))?,?\s?of\s\Z"),
        objects=frozenset({_T.ADDRESS}),
        type="resides-at",
        role="home",
    ),
    Saying(
        pattern=_says(
            "lived (?:at|in|on)|resided (?:at|in|on)|used to live (?:at|in|on)|formerly of|moved (?:from|out of)"
        ),
        objects=_PLACES,
        type="resides-at",
        role="former-home",
    ),
    Saying(
        pattern=_says(
            "works (?:for|at)|worked (?:for|at)|working (?:for|at)|employed (?:by|at|with)|(?:an? |the )?(?:\\w+ )?employee of|on the payroll of|hired by"
        ),
        objects=_BODIES,
        type="employed-by",
    ),
    Saying(pattern=_says("employs|employed|hired|hires"), objects=_BODIES, type="employed-by", turned=True),
)
_DENIED: Final = re.compile(
    r"(?i)\b(?:not|never|no longer|nor|denie[sd]|denying|without|neither|didn['’]?t|doesn['’]?t|don['’]?t|isn['’]?t|wasn['’]?t|hasn['’]?t|unlikely|refuted|if|whether|cannot|can['’]?t|failed to|unable to|rules? out|ruled out)\b"
)
_END = re.compile(r"(?<=[.!?])[\"'”’)]?\s+(?=[\"'“(]?[A-Z0-9])|\n\s*\n|\n(?=[A-Z])")
_SHORTENED: Final = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Det|Sgt|Lt|Capt|Cpl|Ofc|Off|St|Ave|Rd|Dr|Blvd|Jr|Sr|No|Inc|Co|Corp|Apt|Rt|Rte|approx|vs|U\.S|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z])\.\s*\Z"
)
_FURTHEST: Final = 120
"""Characters between two mentions beyond which nothing is taken to relate them."""


def sentences(text: str, inside: Sequence[Mention] = ()) -> Iterator[tuple[int, int]]:
    """Give where each sentence starts and ends; none ends inside a mention or behind a shortened word."""
    start = 0
    for match in _END.finditer(text):
        within = any(mention.start < match.end() < mention.end for mention in inside)
        if within or (_SHORTENED.search(text[max(0, match.start() - 12) : match.end()]) and "\n" not in match.group()):
            continue
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def find_relations(text: str, mentions: Sequence[Mention]) -> tuple[Relation, ...]:
    """Give the relations that the text states between mentions, each with its sentence as evidence."""
    found: dict[tuple[object, ...], Relation] = {}
    for start, end in sentences(text, mentions):
        inside = [mention for mention in mentions if start <= mention.start and mention.end <= end]
        for person in inside:
            if person.type is _T.PERSON:
                for relation in _relations_of(text, person, inside, (start, end)):
                    found.setdefault((relation.type, relation.role, person.start, relation.object.start), relation)
    return tuple(found.values())


def _relations_of(
    text: str, person: Mention, inside: Sequence[Mention], sentence: tuple[int, int]
) -> Iterator[Relation]:
    for other in inside:
        turned = other.start < person.start
        first, last = (other, person) if turned else (person, other)
        between = text[first.end : last.start]
        if other is person or len(between) > _FURTHEST or _other_person_between(inside, first, last):
            continue
        for saying in SAYINGS:
            if other.type in saying.objects and saying.turned is turned and saying.pattern.match(between):
                if not _is_denied(text, first, last, sentence):
                    yield Relation(
                        type=saying.type,
                        role=saying.role,
                        subject=person,
                        object=other,
                        start=sentence[0],
                        end=sentence[1],
                    )
                break


def _other_person_between(inside: Sequence[Mention], first: Mention, last: Mention) -> bool:
    return any(m.type is _T.PERSON and first.end <= m.start and m.end <= last.start for m in inside)


def _is_denied(text: str, first: Mention, last: Mention, sentence: tuple[int, int]) -> bool:
    """Say whether the clause with both denies it, or only asks."""
    lead = text[max(sentence[0], first.start - 40) : first.start]
    clause = re.split(r"[,;:]|\b(?:and|but|because)\b", lead)[-1]
    between = re.split(r"\b(?:and|but|then|who)\b", text[first.end : last.start])[-1]
    return bool(_DENIED.search(between) or _DENIED.search(clause)) or text[
        sentence[0] : sentence[1] + 1
    ].rstrip().endswith("?")
