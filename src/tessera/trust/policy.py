"""The one policy that every page, export, search and count asks whether an access may read something.

The rules are Cedar texts in `policies/`, each with a sentence that a privacy officer can sign; sites add files. What no
rule permits is refused, and a rule that forbids beats every rule that permits.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tessera.clock import Clock, isoformat, system_clock
from tessera.errors import Invalid
from tessera.model.access import Access, Permission, Role
from tessera.model.decision import Decision
from tessera.model.marking import ALL_FIELDS, FieldClass, Marking
from tessera.model.source import Standing
from tessera.trust import cedar, reasons
from tessera.trust.cui import control_of

_CENTER = {"type": "Center", "id": "center"}
_FIELDS = tuple(sorted(ALL_FIELDS))
IN_ORDER = Standing()
BY_LIST = frozenset({"DL ONLY", "FEDCON"})
"""Dissemination controls that the release list is part of."""


class Policy:
    """Rules of access, read once; every answer names the rules that decided.

    `version` is the SHA-256 (hex) of all texts in the order of their names: a cache that is keyed by it, and by
    `reader_key`, can hold decisions. Days are ISO days; each call takes `today`, or else asks the clock.
    """

    def __init__(self, texts: Mapping[str, str], clock: Clock = system_clock) -> None:
        """Check the texts (by file name) and make them ready; Invalid names file and line."""
        self.texts: dict[str, str] = dict(sorted(texts.items()))
        self.version = _digest(self.texts)
        self._clock = clock
        self._rules = cedar.compile_texts(self.texts)
        for clause in self._rules.clauses.values():
            reasons.check_shown(clause)

    @classmethod
    def load(cls, folders: Sequence[Path] = (), *, clock: Clock = system_clock) -> "Policy":
        """Read the shipped policies and those that a site adds in these folders (`*.cedar`)."""
        return cls(cedar.read_folders(folders), clock)

    def with_site(self, texts: Mapping[str, str]) -> "Policy":
        """Give the shipped policy with these files of a site (by name) and no others; shipped names and ids stay shipped."""
        shipped = cedar.read_folders(())
        if taken := sorted(set(texts) & set(shipped)):
            message = f"{taken[0]} is the name of a shipped policy file"
            raise Invalid(message, where=taken[0], advice="Choose another name; shipped policies cannot be replaced.")
        return Policy({**shipped, **texts}, self._clock)

    @property
    def site(self) -> dict[str, str]:
        """The files that a site adds to what is shipped, by name."""
        shipped = cedar.shipped_names()
        return {name: text for name, text in self.texts.items() if name not in shipped}

    @property
    def clauses(self) -> Mapping[str, cedar.Clause]:
        """All policies by id."""
        return self._rules.clauses

    def concerned(self, action: str) -> list[cedar.Clause]:
        """List the policies that concern an action."""
        return [clause for clause in self._rules.clauses.values() if action in clause.actions]

    @classmethod
    def from_texts(cls, texts: Mapping[str, str], *, clock: Clock = system_clock) -> "Policy":
        """Use exactly these texts, by file name, and nothing shipped."""
        return cls(texts, clock)

    def rules(self) -> dict[str, str]:
        """Return each rule's sentence by its id, for the page that shows the policy."""
        return {name: clause.reads for name, clause in sorted(self._rules.clauses.items())}

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Say for each group that a rule asks for which rules those are, by id."""
        found: dict[str, set[str]] = {}
        for clause in self._rules.clauses.values():
            for _, body in clause.conditions:
                for name in cedar.members_asked(body, "groups"):
                    found.setdefault(name, set()).add(clause.id)
        return {name: tuple(sorted(found[name])) for name in sorted(found)}

    def reader_key(self, access: Access, *, today: str = "") -> tuple[str, ...]:
        """Return all that a decision about markings weighs of this access, for use as a cache key."""
        actor = access.actor
        return (
            self.version,
            today or self._today(),
            str(access.purpose),
            access.need_to_know.strip(),
            actor.account,
            actor.agency,
            str(actor.agency_kind),
            actor.trained_until,
            json.dumps([sorted(actor.groups), sorted(actor.roles)]),
        )

    def may_read(
        self, access: Access, markings: Sequence[Marking], *, today: str = "", standing: Standing = IN_ORDER
    ) -> list[Decision]:
        """Decide for each marking whether records that carry it may be read at all."""
        when = _When(today or self._today(), standing)
        answers = self._ask_read(access, markings, when)
        return [
            self._decision(
                answer, reasons.Facts(access=access, marking=marking, today=when.day, standing=when.standing)
            )
            for answer, marking in zip(answers, markings, strict=True)
        ]

    def readable_fields(
        self, access: Access, markings: Sequence[Marking], *, today: str = "", standing: Standing = IN_ORDER
    ) -> list[frozenset[FieldClass]]:
        """Decide for each marking which classes of field may be seen; none where the record may not be read."""
        when = _When(today or self._today(), standing)
        records = self._ask_read(access, markings, when)
        readable = [marking for marking, answer in zip(markings, records, strict=True) if answer.allowed]
        fields = iter(self._ask_fields(access, readable, _FIELDS, when))
        return [
            frozenset(field for field in _FIELDS if next(fields).allowed) if answer.allowed else frozenset()
            for answer in records
        ]

    def may_know(
        self, access: Access, markings: Sequence[Marking], *, today: str = "", standing: Standing = IN_ORDER
    ) -> list[Decision]:
        """Decide for each marking whether this access may learn that records exist under it, and whom to ask."""
        when = _When(today or self._today(), standing)
        answers = self._ask("know", access, markings, [_context(access, when)], when.day)
        return [
            self._decision(
                answer, reasons.Facts(access=access, marking=marking, today=when.day, standing=when.standing)
            )
            for answer, marking in zip(answers, markings, strict=True)
        ]

    def why_masked(
        self,
        access: Access,
        marking: Marking,
        field_class: FieldClass,
        *,
        today: str = "",
        standing: Standing = IN_ORDER,
    ) -> Decision:
        """Decide and explain one class of field under one marking: the record first, then the field."""
        record = self.may_read(access, [marking], today=today, standing=standing)[0]
        if not record:
            return record
        when = _When(today or self._today(), standing)
        answer = self._ask_fields(access, [marking], [field_class], when)[0]
        facts = reasons.Facts(
            access=access, marking=marking, today=when.day, standing=when.standing, field_class=field_class
        )
        return self._decision(answer, facts)

    def may(self, access: Access, permission: Permission, *, today: str = "") -> Decision:
        """Decide whether this access may use a door; the scopes of a token can only narrow."""
        day = today or self._today()
        context = {
            "has_scopes": access.scopes is not None,
            "permission": str(permission),
            "purpose": str(access.purpose),
            "scopes": sorted(access.scopes or ()),
            "today": day_number(day),
        }
        question = {"principal": _principal(access), "resource": _CENTER, "context": json.dumps(context)}
        answer = self._rules.ask("use", [question], [_principal_entity(access)])[0]
        return self._decision(answer, reasons.Facts(access=access, permission=permission, today=day))

    def _ask_read(self, access: Access, markings: Sequence[Marking], when: "_When") -> list[cedar.Answer]:
        return self._ask("read", access, markings, [_context(access, when)], when.day)

    def _ask_fields(
        self, access: Access, markings: Sequence[Marking], fields: Sequence[FieldClass], when: "_When"
    ) -> list[cedar.Answer]:
        """Answer for each marking in turn, and for each field within it."""
        contexts = [_context(access, when, field) for field in fields]
        return self._ask("read_field", access, markings, contexts, when.day)

    def _ask(
        self, action: str, access: Access, markings: Sequence[Marking], contexts: Sequence[str], day: str
    ) -> list[cedar.Answer]:
        """Ask once for all markings that are alike in what the policies of this action weigh."""
        weighs = self._rules.weighs[action]
        kinds: dict[str, int] = {}
        places = []
        for marking in markings:
            weighed = {name: value for name, value in attributes(marking, day).items() if name in weighs}
            places.append(kinds.setdefault(json.dumps(weighed), len(kinds)))
        principal = _principal(access)
        questions = [
            {"principal": principal, "resource": _uid("Marking", str(number)), "context": context}
            for number in range(len(kinds))
            for context in contexts
        ]
        entities = [_principal_entity(access), *(_entity(json.loads(text), n) for text, n in kinds.items())]
        answers = self._rules.ask(action, questions, entities)
        each = len(contexts)
        return [answer for place in places for answer in answers[place * each : (place + 1) * each]]

    def _decision(self, answer: cedar.Answer, facts: reasons.Facts) -> Decision:
        clauses = [self._rules.clauses[name] for name in answer.policies]
        return Decision(
            allowed=answer.allowed,
            policies=answer.policies,
            reason=reasons.explain(clauses, facts),
            version=self.version,
        )

    def _today(self) -> str:
        return isoformat(self._clock())[:10]


@dataclass(frozen=True, slots=True)
class _When:
    day: str
    standing: Standing


def is_complete(marking: Marking) -> bool:
    """Claim that this marking says all it must, so that joining it with others can never open what it closes.

    What is not public, or is under a dissemination control, must name its owner. What is more than internal or more than
    TLP:GREEN, or whose dissemination control goes by a list, must have a release list, be it empty: a missing list means "no limit", and another piece's list would take its place in the join.
    """
    return marking == completed(marking, "?")


def completed(marking: Marking, owner: str) -> Marking:
    """Fill in what a marking must say: its owner where it names none, and an empty release list where it needs one.

    Use it on every marking before data is stored under it. It never opens anything.
    """
    public = not (marking.sensitivity or marking.tlp or marking.regimes or marking.dissemination or marking.cui)
    owners = marking.owners or (frozenset() if public else frozenset({owner}))
    community = marking.sensitivity <= 1 and marking.tlp <= 1 and not marking.dissemination & BY_LIST
    released = marking.releasable_to if community or marking.releasable_to is not None else frozenset()
    return replace(marking, owners=owners, releasable_to=released)


def _digest(texts: Mapping[str, str]) -> str:
    whole = json.dumps(list(texts.items()), ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def day_number(day: str) -> int:
    """Write an ISO day as a number that sorts alike; nothing, or no day, is 0 and thus before every day.

    >>> day_number("2026-01-31")
    20260131
    """
    digits = day.replace("-", "")
    return int(digits) if len(digits) == 8 and digits.isascii() and digits.isdigit() else 0  # noqa: PLR2004 - YYYYMMDD


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "id": name}


def kind_of(access: Access) -> str:
    """Say which kind of principal asks."""
    return "Service" if Role.SERVICE in access.actor.roles else "User"


def _principal(access: Access) -> dict[str, str]:
    return _uid(kind_of(access), "asking")


def _principal_entity(access: Access) -> dict[str, Any]:
    return {"uid": _principal(access), "attrs": who(access), "parents": []}


def who(access: Access) -> dict[str, object]:
    """Write who asks as policies weigh it."""
    actor = access.actor
    return {
        "account": actor.account,
        "agency": actor.agency,
        "agency_kind": str(actor.agency_kind),
        "groups": sorted(actor.groups),
        "need_to_know": access.need_to_know.strip(),
        "roles": sorted(actor.roles),
        "trained_until": day_number(actor.trained_until),
    }


def attributes(marking: Marking, day: str) -> dict[str, object]:
    """Write a marking as policies weigh it on a day."""
    return {
        "agreements": sorted(marking.agreements),
        "cui": sorted(marking.cui),
        "dissemination": sorted({*marking.dissemination, *map(control_of, marking.dissemination)}),
        "holds": sorted(marking.holds),
        "overdue": bool(marking.review_by) and marking.review_by < day,
        "has_purposes": marking.purposes is not None,
        "has_release_list": marking.releasable_to is not None,
        "holdings": sorted(marking.holdings),
        "owners": sorted(marking.owners),
        "purposes": _names(marking.purposes),
        "regimes": sorted(marking.regimes),
        "releasable_to": _names(marking.releasable_to),
        "sensitivity": int(marking.sensitivity),
        "tlp": int(marking.tlp),
    }


def _entity(attributes: dict[str, object], number: int) -> dict[str, object]:
    return {"uid": _uid("Marking", str(number)), "attrs": attributes, "parents": []}


def _names(names: Iterable[str] | None) -> list[str]:
    return sorted(names or ())


def _context(access: Access, when: "_When", field_class: FieldClass | None = None) -> str:
    context: dict[str, object] = {
        "lapsed": sorted(when.standing.lapsed),
        "purpose": str(access.purpose),
        "today": day_number(when.day),
        "unbound": sorted(when.standing.unbound),
    }
    return json.dumps(context | ({"field_class": str(field_class)} if field_class else {}))
