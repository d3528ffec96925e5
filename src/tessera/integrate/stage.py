"""Writes the staging SELECT: from the cells of a batch to values, problems, keys and places, one row for one row."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tessera.integrate import sql
from tessera.integrate.mapping import KeyRule, LinkRule, Mapping, OnInvalid, RecordRule, ThreadRule, ValueRule
from tessera.integrate.places import Place, place
from tessera.integrate.sql import Sql
from tessera.integrate.values import Cells, Field, conditions, field, key, quarantines
from tessera.model.marking import FieldClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that is computed for a mapping over one table's columns.

    `fields` holds the values of each record by its position among the mapping's records; `roles` those of the links
    that read their role from a column, by the link's position.
    """

    mapping: Mapping
    cells: Cells
    fields: tuple[tuple[Field, ...], ...]
    roles: dict[int, Field]
    places: dict[int, Place]
    classes: dict[str, frozenset[FieldClass]]

    @property
    def used(self) -> frozenset[str]:
        """The columns that anything reads."""
        return frozenset(self.classes)

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """Every value: of terms first, then roles."""
        return tuple(one for group in self.fields for one in group) + tuple(self.roles.values())

    @property
    def keeping_out(self) -> tuple[Field, ...]:
        """The values whose problems quarantine a row."""
        return tuple(one for one in self.all_fields if quarantines(one.rule))

    @property
    def places_keeping_out(self) -> tuple[Place, ...]:
        """The places whose problems quarantine a row."""
        return tuple(one for one in self.places.values() if one.rule.on_invalid is OnInvalid.QUARANTINE)

    def profiled(self) -> Iterator[tuple[int, RecordRule, str, str]]:
        """Give record number, record, term and the end of the counters' names for all that is profiled."""
        for number, record in enumerate(self.mapping.records):
            for one in self.fields[number]:
                yield number, record, one.term.name if one.term else "", f"v{one.index}"
            if number in self.places:
                yield number, record, "coordinates", f"y{number}"

    def shown(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Give source columns and staged column, for all that is profiled. A place shows its latitude."""
        for number, _, _, column in self.profiled():
            index = int(column[1:])
            place = self.places.get(index)
            one = place.rule.latitude if column[0] == "y" and place else self.rule_of(number, index)
            yield one.columns, column

    def rule_of(self, record: int, index: int) -> ValueRule:
        """Look up the rule of a value by its record and its own number."""
        return next(one.rule for one in self.fields[record] if one.index == index)


def plan_of(mapping: Mapping, columns: tuple[str, ...]) -> Plan:
    """Compile every value, place and role."""
    cells, index = Cells(names=columns), 0
    groups: list[tuple[Field, ...]] = []
    for record in mapping.records:
        rules = [(rule, record.kind.terms[term]) for term, rule in record.terms.items()]
        groups.append(
            tuple(field(index + at, rule, term, cells, mapping.dictionary) for at, (rule, term) in enumerate(rules))
        )
        index += len(rules)
    roles = _roles(mapping, cells, index)
    places = {
        number: place(number, record.place, cells) for number, record in enumerate(mapping.records) if record.place
    }
    return Plan(
        mapping=mapping,
        cells=cells,
        fields=tuple(groups),
        roles=roles,
        places=places,
        classes=_classes(mapping, columns),
    )


def _roles(mapping: Mapping, cells: Cells, index: int) -> dict[int, Field]:
    found: dict[int, Field] = {}
    for number, link in enumerate(mapping.links):
        if link.role is not None:
            rule = link.role if link.role.codes is not None or link.role.constant else _own_codes(link, mapping)
            found[number] = field(index + len(found), rule, None, cells, mapping.dictionary)
    return found


def _own_codes(link: LinkRule, mapping: Mapping) -> ValueRule:
    """Let a column that holds the dictionary's own role names be checked like any code."""
    roles = mapping.dictionary.link_types[link.type].roles
    return replace(link.role, codes=dict(zip(roles, roles, strict=True))) if link.role else ValueRule(where="")


def _classes(mapping: Mapping, columns: tuple[str, ...]) -> dict[str, frozenset[FieldClass]]:
    found: dict[str, set[FieldClass]] = {}
    for record in mapping.records:
        for term, rule in record.terms.items():
            _add(found, rule.columns, record.kind.terms[term].field_class)
        if record.place:
            _add(found, record.place.latitude.columns + record.place.longitude.columns, FieldClass.PLACE)
    fed = set(found)
    for made in _key_rules(mapping):
        _add(found, tuple(column for column in made.columns if column not in fed), FieldClass.IDENTIFIER)
    _add(found, tuple(column for column in _asked(mapping) if column not in found), FieldClass.OPEN)
    return {column: frozenset(classes) for column, classes in found.items() if column in columns}


def _add(found: dict[str, set[FieldClass]], columns: tuple[str, ...], field_class: FieldClass) -> None:
    for column in columns:
        found.setdefault(column, set()).add(field_class)


def _key_rules(mapping: Mapping) -> Iterator[KeyRule]:
    for record in mapping.records:
        yield record.key
    for link in mapping.links:
        yield from (end.key for end in (link.start, link.end) if isinstance(end, ThreadRule))


def _asked(mapping: Mapping) -> Iterator[str]:
    asked = [*(one.when for one in mapping.records), *(one.when for one in mapping.links)]
    for claims in (*asked, *(one.when for one in mapping.markings)):
        yield from (claim.column for claim in claims)
    for link in mapping.links:
        yield from link.role.columns if link.role else ()


def staging(plan: Plan) -> Sql:
    """Write the SELECT, in layers, so that each value is computed once."""
    records, cells = plan.mapping.records, plan.cells
    cleaned = [
        (cells.cleaned(index, plan.mapping.null_values), f"n{index}")
        for index, column in enumerate(cells.names)
        if column in plan.used
    ]
    cleaned += [
        (sql.cast(sql.parameter("now"), "BIGINT"), "now"),
        (sql.cast(sql.parameter("source"), "VARCHAR"), "source"),
    ]
    texts = [(one.raw, f"r{one.index}") for one in plan.all_fields]
    texts += [raw for one in plan.places.values() for raw in one.raw]
    for number, record in enumerate(records):
        texts.append((conditions(record.when, cells), f"w{number}"))
        texts.append((key(record.key, cells), f"k{number}"))
        texts.append((_mask(plan.mapping, record, cells), f"m{number}"))
    for number, link in enumerate(plan.mapping.links):
        texts.append((_link_made(plan.mapping, link, cells), f"l{number}"))
        texts += [
            (key(end.key, cells), f"{letter}{number}")
            for end, letter in ((link.start, "ls"), (link.end, "le"))
            if isinstance(end, ThreadRule)
        ]
    layer = sql.select(cleaned, "batch", star=True)
    layer = sql.select(texts, layer, star=True)
    for steps in _steps(plan):
        layer = sql.select(steps, layer, star=True)
    layer = sql.select([(one.value, f"v{one.index}") for one in plan.all_fields], layer, star=True)
    layer = sql.select(_problems(plan), layer, star=True)
    return sql.select(_kept(plan), layer)


def _link_made(mapping: Mapping, link: LinkRule, cells: Cells) -> Sql:
    """A link is made where its own conditions hold and both its ends are made."""
    ends = [
        sql.present(key(end.key, cells)) if isinstance(end, ThreadRule) else conditions(mapping.record(end).when, cells)
        for end in (link.start, link.end)
    ]
    return sql.both(conditions(link.when, cells), *ends)


def _steps(plan: Plan) -> Iterator[list[tuple[Sql, str]]]:
    """Give the layers between raw texts and values."""
    places = [step for one in plan.places.values() for step in one.steps]
    depth = max([1 if places else 0, *(len(one.steps) for one in plan.all_fields)])
    for level in range(depth):
        steps = [step for one in plan.all_fields if level < len(one.steps) for step in one.steps[level]]
        yield steps + (places if level == 0 else [])


def _mask(mapping: Mapping, record: RecordRule, cells: Cells) -> Sql:
    """Say which marking rules hold, one bit each."""
    bits = [
        sql.case([(conditions(rule.when, cells), sql.number(1 << at))], sql.number(0))
        for at, rule in enumerate(mapping.markings)
        if not rule.records or record.name in rule.records
    ]
    return sql.infix("+", *bits) if bits else sql.number(0)


def _problems(plan: Plan) -> list[tuple[Sql, str]]:
    found: list[tuple[Sql, str]] = []
    for number, group in enumerate(plan.fields):
        made = sql.name(f"w{number}")
        found += [(sql.case([(made, one.problem)]), f"e{one.index}") for one in group]
    found += [
        (sql.case([(sql.name(f"l{number}"), one.problem)]), f"e{one.index}") for number, one in plan.roles.items()
    ]
    found += [(sql.case([(sql.name(f"w{number}"), one.problem)]), f"pe{number}") for number, one in plan.places.items()]
    return found


def _kept(plan: Plan) -> list[tuple[Sql, str]]:
    kept = [(sql.name(word), word) for word in ("row", "at", "nul", "source")]
    for number, _ in enumerate(plan.mapping.records):
        kept += [(sql.name(f"{letter}{number}"), f"{letter}{number}") for letter in ("w", "k", "m")]
    for number, link in enumerate(plan.mapping.links):
        kept.append((sql.name(f"l{number}"), f"l{number}"))
        kept += [
            (sql.name(f"{letter}{number}"), f"{letter}{number}")
            for end, letter in ((link.start, "ls"), (link.end, "le"))
            if isinstance(end, ThreadRule)
        ]
    for one in plan.all_fields:
        kept += [
            (one.named("e"), f"e{one.index}"),
            (sql.case([(sql.absent(one.named("e")), one.named("v"))]), f"v{one.index}"),
        ]
    for number, group in enumerate(plan.fields):
        timed = plan.mapping.records[number].event_time
        kept += [
            (sql.case([(sql.absent(one.named("e")), one.millis)]), f"t{number}")
            for one in group
            if one.term and one.term.name == timed
        ]
    for number in plan.places:
        kept.append((sql.name(f"pe{number}"), f"pe{number}"))
        kept += [
            (sql.case([(sql.absent(sql.name(f"pe{number}")), sql.name(f"{word}{number}"))]), f"{word}{number}")
            for word in ("y", "x")
        ]
    return [*kept, (_bad(plan), "bad")]


def _bad(plan: Plan) -> Sql:
    records = range(len(plan.mapping.records))
    no_key = [sql.both(sql.name(f"w{number}"), sql.absent(sql.name(f"k{number}"))) for number in records]
    no_record = Sql(f"NOT {sql.either(*(sql.name(f'w{number}') for number in records))}")
    return sql.either(
        sql.present(sql.name("nul")),
        no_record,
        *no_key,
        *(sql.present(one.named("e")) for one in plan.keeping_out),
        *(sql.present(one.named("pe")) for one in plan.places_keeping_out),
    )
