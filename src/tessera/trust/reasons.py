"""Why: the sentences of the policies that decided, with the values that mattered to them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tessera.errors import Invalid
from tessera.model.access import Access, Permission, Role
from tessera.model.marking import FieldClass, Marking, Sensitivity, Tlp
from tessera.model.source import Standing
from tessera.trust.cedar import Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was asked: by whom, about which marking and field, or for which door."""

    access: Access
    marking: Marking = field(default_factory=Marking)
    today: str = ""
    standing: Standing = field(default_factory=Standing)
    field_class: FieldClass | None = None
    permission: Permission | None = None


def _listed(names: Iterable[object], otherwise: str) -> str:
    return ", ".join(sorted(str(name) for name in names)) or otherwise


_SHOWN: dict[str, Callable[[Facts], str]] = {
    "account": lambda f: f"your account: {f.access.actor.account}",
    "agency": lambda f: f"your agency: {f.access.actor.agency}",
    "agency_kind": lambda f: f"your agency is: {f.access.actor.agency_kind}",
    "agreements": lambda f: f"given under: {_listed(f.marking.agreements, 'no agreement')}",
    "cui": lambda f: f"CUI: {_listed(f.marking.cui, 'none')}",
    "dissemination": lambda f: f"dissemination: {_listed(f.marking.dissemination, 'no control')}",
    "field_class": lambda f: f"field: {f.field_class}",
    "groups": lambda f: f"your groups: {_listed(f.access.actor.groups, 'none')}",
    "holdings": lambda f: f"holding: {_listed(f.marking.holdings, 'none')}",
    "holds": lambda f: f"held: {_listed(f.marking.holds, 'no')}",
    "lapsed": lambda f: f"not in force: {_listed(f.standing.lapsed & f.marking.agreements, 'none')}",
    "need_to_know": lambda f: f"your need to know: {f.access.need_to_know.strip() or 'not stated'}",
    "owners": lambda f: f"owner: {_listed(f.marking.owners, 'none named')}",
    "permission": lambda f: f"asked for: {f.permission}",
    "purpose": lambda f: f"your purpose: {f.access.purpose}",
    "purposes": lambda f: f"purposes allowed: {_limited(f.marking.purposes, 'none')}",
    "regimes": lambda f: f"regimes: {_listed(f.marking.regimes, 'none')}",
    "releasable_to": lambda f: f"released to: {_released(f.marking)}",
    "review_by": lambda f: f"to be reviewed by: {f.marking.review_by or 'no day set'}",
    "roles": lambda f: f"your roles: {_listed(f.access.actor.roles, 'none')}",
    "scopes": lambda f: f"scopes: {_limited(f.access.scopes, 'none')}",
    "sensitivity": lambda f: f"sensitivity: {f.marking.sensitivity.name}",
    "tlp": lambda f: f.marking.tlp.label,
    "today": lambda f: f"today: {f.today}",
    "trained_until": lambda f: f"your training is current until: {f.access.actor.trained_until or 'never trained'}",
    "unbound": lambda f: f"agencies without an agreement in force: {_listed(f.standing.unbound, 'none')}",
}


def check_shown(clause: Clause) -> None:
    """Refuse a policy that wants to show a value that there is not."""
    unknown = [name for name in clause.shows if name not in _SHOWN]
    if unknown:
        advice = f"Choose from {', '.join(_SHOWN)}."
        message = f"@shows names an unknown value {unknown[0]!r}"
        raise Invalid(message, where=clause.where, advice=advice)


def explain(clauses: Sequence[Clause], facts: Facts) -> str:
    """Say which rules decided and why, or what was missing where none did."""
    if clauses:
        return " ".join(_sentence(clause, facts) for clause in clauses)
    if facts.permission is not None:
        roles = _listed(facts.access.actor.roles, "none")
        return f"No rule gives {facts.permission} to your roles ({roles})."
    if facts.field_class is not None:
        return f"No rule opens {facts.field_class} fields to you."
    return f"No rule permits this: {'; '.join(_missing(facts))}."


def _sentence(clause: Clause, facts: Facts) -> str:
    shown = "; ".join(_SHOWN[name](facts) for name in clause.shows)
    return f"{clause.reads.rstrip('.')} ({shown})." if shown else clause.reads


def _missing(facts: Facts) -> list[str]:
    """Say what would have to be otherwise for the shipped permits to apply; a site's own may differ."""
    actor, marking = facts.access.actor, facts.marking
    if Role.SERVICE in actor.roles:
        return [f"the pipeline reads for data-stewardship only, not for {facts.access.purpose}"]
    working = actor.roles - {Role.ADMINISTRATOR, Role.AUDITOR}
    if not working:
        return [f"your roles ({_listed(actor.roles, 'none')}) read no content"]
    parts = [f"your agency ({actor.agency}) is not its only owner ({_listed(marking.owners, 'none named')})"]
    if marking.releasable_to is not None:
        parts.append(f"your agency is not on its release list ({_released(marking)})")
    elif marking.tlp > Tlp.GREEN or marking.sensitivity > Sensitivity.INTERNAL:
        level = f"{marking.sensitivity.name.lower()} and {marking.tlp.label}"
        parts.append(f"it is {level} and its owner has released it to no agency by name")
    if working - {Role.PARTNER, Role.DIRECTOR}:
        parts.append(_why_not_center(facts))
    return parts


def _why_not_center(facts: Facts) -> str:
    if facts.marking.sensitivity >= Sensitivity.RESTRICTED:
        return "it is restricted, which a role at the center alone does not open"
    roles = _listed(facts.access.actor.roles, "none")
    return f"your purpose ({facts.access.purpose}) does not go with your roles ({roles})"


def _released(marking: Marking) -> str:
    return _limited(marking.releasable_to, "no agency")


def _limited(names: Iterable[object] | None, otherwise: str) -> str:
    return "no limit" if names is None else _listed(names, otherwise)
