"""How records of a kind are compared, read from `packs/*/resolution/KIND.yaml` and checked when loaded."""

import hashlib
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace

from tessera.dictionary.lines import (
    LinedDict,
    check_keys,
    did_you_mean,
    flag_of,
    mapping_of,
    names_of,
    number_of,
    text_of,
    whole_number_of,
)
from tessera.errors import Invalid

ONE_FIELD: Mapping[str, str] = {
    "exact": "",
    "different": "",
    "present": "",
    "month_day_swapped": "",
    "any_same": "",
    "jaro_winkler": "at_least",
    "damerau_levenshtein": "at_most",
    "hamming": "at_most",
    "within_days": "at_most",
    "number_within": "at_most",
    "ratio": "at_least",
    "overlap": "at_least",
    "starts": "at_least",
}
"""Conditions on one prepared field, and the number that each needs."""
TWO_FIELDS: Mapping[str, str] = {"crosses": "", "swapped": "", "near": "at_most"}
"""Conditions on two prepared fields: a value of one is among those of the other on the other side; both stand in each
other's place; latitude and longitude lie within so many kilometres."""
RECORD_FACTS = frozenset(["event_time", "latitude", "longitude", "source"])
"""What a prepared field may read beside the terms of its kind, for every record has it: milliseconds since 1970, degrees,
and the name of the source."""
GROUPS = ("all", "any", "not")
"""Conditions made of others."""
_FIELD_KEYS = frozenset(["make", "from", "words"])
GIVEN_NAMES = "given_names"
"""The list of given names, as a field asks for it."""
_COMPARISON_KEYS = frozenset(["label", "needs", "frequency", "levels", "shared"])
_LEVEL_KEYS = frozenset(["when", "says", "m", "u", "frequency", "weightless"])
_MODEL_KEYS = frozenset(
    ["kind", "version", "fields", "comparisons", "blocking", "keys", "guards", "most_members", "prior", "companions"]
)
_ALMOST_ONE = 1.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A claim about two records: an operation of ONE_FIELD, TWO_FIELDS or GROUPS on prepared fields."""

    op: str
    fields: tuple[str, ...] = ()
    value: float = 0.0
    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedField:
    """One prepared field: the maker by name, and the terms that it reads, the first that is filled leading.

    `words` names the list of the packs by which each word that was made becomes all that it may stand for; empty for none.
    """

    name: str
    make: str
    terms: tuple[str, ...]
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One outcome of a comparison. `when` is None for the last, which holds whatever is left.

    `m` and `u` are the start values of P(level | same) and P(level | different). `frequency` weighs the level by how
    rare the value is. A weightless level counts for nothing, because another comparison counts it.
    """

    name: str
    says: str
    when: Condition | None
    m: float
    u: float
    frequency: bool = False
    weightless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Levels tried in order, the first that holds counts; nothing counts where a needed field is missing.

    `frequency` names the prepared field whose values' frequencies weigh the levels that ask for it; empty for none.
    `shared` says that companions, such as relatives in one household, often agree in it without being the same.
    """

    name: str
    label: str
    needs: tuple[str, ...]
    levels: tuple[Level, ...]
    frequency: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingRule:
    """Pairs that are equal and not empty in all of these fields are compared; a key of more records is left out."""

    name: str
    fields: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A conflict that keeps two records apart, whatever their weight, until a person says otherwise."""

    name: str
    says: str
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class KindModel:
    """How records of one kind are compared. `digest` is the SHA-256 of its canonical form.

    `keys` are fields whose equality alone nearly proves sameness. `prior` is the start value of P(same) of two records
    drawn at random; 0 leaves it to the number of records. `companions` is the start value of how many pairs of companions
    (different, but with much in common) there are for each pair of the same; 0 where there are none. `most_members` is the size from which a cluster goes to
    review.
    """

    kind: str
    version: int
    fields: tuple[PreparedField, ...]
    comparisons: tuple[Comparison, ...]
    blocking: tuple[BlockingRule, ...]
    keys: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    most_members: int = 50
    prior: float = 0.0
    companions: float = 0.0
    digest: str = field(default="", compare=False)
    given_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    """The full names that a given name may stand for, where a field asks for that list."""

    def comparison(self, name: str) -> Comparison:
        """Give the comparison of this name."""
        return next(comparison for comparison in self.comparisons if comparison.name == name)

    def frequency_fields(self) -> tuple[str, ...]:
        """Name the fields whose values are counted."""
        return tuple(dict.fromkeys(c.frequency for c in self.comparisons if c.frequency))


def read_model(given: LinedDict, terms: Mapping[str, Collection[str]]) -> KindModel:
    """Read what a file says of one kind; any mistake raises Invalid with file, line and what to do.

    `terms` names the terms of each kind.
    """
    check_keys(given, _MODEL_KEYS, "a resolution model")
    name = text_of(given, "kind")
    if name not in terms:
        raise Invalid(f"unknown kind {name!r}", where=given.at("kind"), advice=did_you_mean(name, terms))
    fields = _fields(mapping_of(given, "fields"), terms[name])
    known = {one.name for one in fields}
    model = KindModel(
        kind=name,
        version=whole_number_of(given, "version", 1),
        fields=fields,
        comparisons=_comparisons(mapping_of(given, "comparisons"), known),
        blocking=_blocking(mapping_of(given, "blocking"), known),
        keys=_known_fields(given, "keys", known),
        guards=_guards(mapping_of(given, "guards"), known),
        most_members=whole_number_of(given, "most_members", 50),
        prior=number_of(given, "prior") if "prior" in given else 0.0,
        companions=number_of(given, "companions") if "companions" in given else 0.0,
    )
    for part, what in ((model.fields, "fields"), (model.comparisons, "comparisons"), (model.blocking, "blocking")):
        if not part:
            raise Invalid(f"{what!r} is missing or empty", where=given.at(what), advice="Nothing could be compared")
    return _with_digest(model)


def _with_digest(model: KindModel) -> KindModel:
    plain = asdict(model)
    for without in ("digest", "given_names"):
        plain.pop(without)
    for one in plain["fields"]:
        if not one["words"]:
            one.pop("words")
    return replace(model, digest=_digest_of(plain))


def with_given_names(model: KindModel, names: Mapping[str, tuple[str, ...]]) -> KindModel:
    """Give the model the list of given names, where a field asks for it; its digest then stands for the list too."""
    if not any(one.words == GIVEN_NAMES for one in model.fields):
        return model
    return replace(model, given_names=names, digest=_digest_of([model.digest, names]))


def _digest_of(plain: object) -> str:
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _fields(given: LinedDict, known: Collection[str]) -> tuple[PreparedField, ...]:
    made = []
    for name in given:
        one = mapping_of(given, name)
        check_keys(one, _FIELD_KEYS, f"field {name!r}")
        terms = names_of(one, "from", (name,))
        for term in terms:
            if term not in known and term not in RECORD_FACTS:
                where = one.at("from") if "from" in one else given.at(name)
                raise Invalid(f"unknown term {term!r}", where=where, advice=did_you_mean(term, known))
        words = text_of(one, "words", "")
        if words not in {"", GIVEN_NAMES}:
            raise Invalid(f"unknown list of words {words!r}", where=one.at("words"), advice=f"Write {GIVEN_NAMES}")
        made.append(PreparedField(name=name, make=text_of(one, "make"), terms=terms, words=words))
    return tuple(made)


def _comparisons(given: LinedDict, known: Collection[str]) -> tuple[Comparison, ...]:
    made = []
    for name in given:
        one = mapping_of(given, name)
        check_keys(one, _COMPARISON_KEYS, f"comparison {name!r}")
        frequency = _known_fields(one, "frequency", known)
        levels = mapping_of(one, "levels")
        made.append(
            Comparison(
                name=name,
                label=text_of(one, "label"),
                needs=_known_fields(one, "needs", known),
                levels=_levels(levels, known, weighed=bool(frequency)),
                frequency=frequency[0] if frequency else "",
                shared=flag_of(one, "shared"),
            )
        )
        if not made[-1].needs:
            raise Invalid(f"comparison {name!r} needs a field", where=one.at(), advice="Write needs: [FIELD]")
    return tuple(made)


def _levels(given: LinedDict, known: Collection[str], *, weighed: bool) -> tuple[Level, ...]:
    levels = tuple(_level(name, mapping_of(given, name), known) for name in given)
    if not levels or levels[-1].when is not None or any(level.when is None for level in levels[:-1]):
        raise Invalid(
            "the last level, and only the last, has no 'when'", where=given.at(), advice="It holds what is left"
        )
    if any(level.frequency for level in levels) and not weighed:
        raise Invalid(
            "a level is weighed by frequency, but of no field", where=given.at(), advice="Add frequency: FIELD"
        )
    for chance in ("m", "u"):
        total = math.fsum(getattr(level, chance) for level in levels)
        if total > _ALMOST_ONE:
            raise Invalid(
                f"the {chance} of all levels add to {total:.3f}", where=given.at(), advice="They are chances: 1 at most"
            )
    return levels


def _level(name: str, given: LinedDict, known: Collection[str]) -> Level:
    check_keys(given, _LEVEL_KEYS, f"level {name!r}")
    when = mapping_of(given, "when") if "when" in given else None
    return Level(
        name=name,
        says=text_of(given, "says"),
        when=None if when is None else read_condition(when, known),
        m=_chance(given, "m"),
        u=_chance(given, "u"),
        frequency=flag_of(given, "frequency"),
        weightless=flag_of(given, "weightless"),
    )


def _chance(given: LinedDict, key: str) -> float:
    chance = number_of(given, key)
    if not 0 < chance < 1:
        raise Invalid(f"{key!r} should be a chance between 0 and 1, not {chance:g}", where=given.at(key))
    return chance


def read_condition(given: LinedDict, known: Collection[str]) -> Condition:
    """Read one condition: `{exact: FIELD}`, `{jaro_winkler: FIELD, at_least: 0.9}`, `{all: [...]}`."""
    ops = [key for key in given if key not in {"at_least", "at_most"}]
    if len(ops) != 1:
        raise Invalid("a condition says one thing", where=given.at(), advice="Join several with all: or any:")
    op = ops[0]
    if op in GROUPS:
        return Condition(op=op, parts=_parts(given, op, known))
    bound = {**ONE_FIELD, **TWO_FIELDS}.get(op)
    if bound is None:
        words = (*ONE_FIELD, *TWO_FIELDS, *GROUPS)
        raise Invalid(f"unknown condition {op!r}", where=given.at(op), advice=did_you_mean(op, words))
    fields = _known_fields(given, op, known)
    if len(fields) != (2 if op in TWO_FIELDS else 1):
        count = "two fields" if op in TWO_FIELDS else "one field"
        raise Invalid(f"{op!r} is about {count}", where=given.at(op))
    check_keys(given, {op, bound} - {""}, f"condition {op!r}")
    return Condition(op=op, fields=fields, value=number_of(given, bound) if bound else 0.0)


def _parts(given: LinedDict, op: str, known: Collection[str]) -> tuple[Condition, ...]:
    value = given[op]
    items = value if isinstance(value, list) else [value]
    parts = [item for item in items if isinstance(item, LinedDict)]
    if not items or len(parts) != len(items) or (op == "not" and len(items) != 1):
        raise Invalid(f"{op!r} should hold conditions", where=given.at(op), advice="Write them as a list")
    return tuple(read_condition(part, known) for part in parts)


def _blocking(given: LinedDict, known: Collection[str]) -> tuple[BlockingRule, ...]:
    made = []
    for name in given:
        one = mapping_of(given, name)
        check_keys(one, {"fields", "most"}, f"blocking rule {name!r}")
        fields = _known_fields(one, "fields", known)
        if not fields:
            raise Invalid(f"blocking rule {name!r} has no fields", where=one.at(), advice="It would pair everything")
        made.append(BlockingRule(name=name, fields=fields, most=whole_number_of(one, "most", 100)))
    return tuple(made)


def _guards(given: LinedDict, known: Collection[str]) -> tuple[Guard, ...]:
    made = []
    for name in given:
        one = mapping_of(given, name)
        check_keys(one, {"says", "when"}, f"guard {name!r}")
        made.append(Guard(name=name, says=text_of(one, "says"), when=read_condition(mapping_of(one, "when"), known)))
    return tuple(made)


def _known_fields(given: LinedDict, key: str, known: Collection[str]) -> tuple[str, ...]:
    names = names_of(given, key)
    for name in names:
        if name not in known:
            raise Invalid(f"unknown prepared field {name!r}", where=given.at(key), advice=did_you_mean(name, known))
    return names
