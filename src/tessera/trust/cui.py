"""Controlled unclassified information: what its markings may be, checked, taken apart and written.

Codes are those of the National Archives' registry as NIEM 6.0 lists them (`cui_codes`). A banner is "CUI", then the categories,
then who may get it: `CUI//SP-CHRI/LEI//NOFORN`. State and local agencies follow 32 CFR 2002 by agreement with who designated it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tessera.errors import Invalid
from tessera.model.decision import Decision
from tessera.model.marking import Marking, Regime
from tessera.trust.cui_codes import ADMINISTRATIVE, BASIC, CONTROLS, PORTIONS, SPECIFIED, WITH_LIST

CONTROL_MARKINGS = ("CONTROLLED", "CUI")
OK = "ok"
MOST_PARTS = 3
UNCONTROLLED = "(U)"

# What a center's own regimes are as CUI, where the source named no category itself. All but PCII are this project's reading:
# 32 CFR 2002 binds a state or local center by agreement only, so a center may set others.
BY_REGIME: Mapping[Regime, frozenset[str]] = {
    Regime.CFR23: frozenset({"INTEL"}),  # registry: law enforcement, general intelligence; our reading
    Regime.CFR42_2: frozenset({"HLTH"}),  # registry: privacy, health information; our reading
    Regime.CJI: frozenset({"SP-CHRI"}),  # registry: criminal history records information, 28 CFR 20.21; our reading
    Regime.JUVENILE: frozenset({"JUV"}),  # registry: law enforcement, juvenile; our reading
    Regime.NCI: frozenset({"INTEL"}),  # it stands in submissions of criminal intelligence and nowhere else; our reading
    Regime.OPERATIONS: frozenset({"LEI"}),  # registry: techniques and procedures of law enforcement; our reading
    Regime.PCII: frozenset({"SP-PCII"}),  # 6 CFR 29.5 to 29.8: the regime and the category are the same thing
    Regime.PHI: frozenset({"HLTH"}),  # registry: privacy, health information; our reading
    Regime.PII: frozenset({"PRVCY"}),  # registry: privacy, general; our reading
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The parts of a banner, in its order."""

    control: str
    categories: tuple[str, ...] = ()
    dissemination: tuple[str, ...] = ()


def check_banner(text: str) -> str:
    """Say "ok", or in a few words what is wrong with a banner.

    >>> check_banner("CUI//SP-INV/LEI//NOFORN"), check_banner("CUI//LEI/SP-INV")
    ('ok', 'specified must precede basic')
    """
    head, *rest = text.split("//")
    if head not in CONTROL_MARKINGS or len(rest) > MOST_PARTS - 1:
        return "bad control marking/too many parts"
    categories, controls = _split(rest)
    return _check_categories(categories) or _check_controls(controls) or OK


def parse(text: str) -> Banner:
    """Take a banner apart; Invalid says what is wrong with it."""
    verdict = check_banner(text)
    if verdict != OK:
        message = f"{text[:120]!r} is no CUI banner: {verdict}"
        raise Invalid(message, where="cui", advice="Write it as CUI//SP-CHRI/LEI//NOFORN.")
    head, *rest = text.split("//")
    categories, controls = _split(rest)
    return Banner(control=head, categories=tuple(categories), dissemination=tuple(controls))


def banner(marking: Marking, *, by_regime: Mapping[Regime, frozenset[str]] = BY_REGIME) -> str:
    """Write the CUI banner of a marking; nothing where it holds no controlled information.

    >>> banner(Marking(cui=frozenset({"LEI", "SP-INV"}), dissemination=frozenset({"NOFORN"})))
    'CUI//SP-INV/LEI//NOFORN'
    """
    return _written(marking, by_regime, {})


def portion(marking: Marking, *, by_regime: Mapping[Regime, frozenset[str]] = BY_REGIME) -> str:
    """Write the mark that stands beside one piece: "(CUI//INV//NF)", or "(U)" where nothing in it is controlled.

    Where one piece on a page or in an export is marked, all are (32 CFR 2002.20(f)).
    """
    return f"({_written(marking, by_regime, PORTIONS)})" if is_controlled(marking, by_regime) else UNCONTROLLED


def designation(marking: Marking) -> str:
    """Write who designated it, as the first page must say (32 CFR 2002.20(d)); nothing where it is not controlled."""
    if not is_controlled(marking, BY_REGIME):
        return ""
    return f"Controlled by: {', '.join(sorted(marking.owners)) or 'no agency named'}"


def is_controlled(marking: Marking, by_regime: Mapping[Regime, frozenset[str]] = BY_REGIME) -> bool:
    """Claim that a marking holds controlled unclassified information."""
    return bool(marking.dissemination or categories_of(marking, by_regime))


def categories_of(marking: Marking, by_regime: Mapping[Regime, frozenset[str]] = BY_REGIME) -> tuple[str, ...]:
    """Give the categories in their order: those its source named, or else those of its regimes; Specified first."""
    found = marking.cui or frozenset[str]().union(*(by_regime.get(regime, ()) for regime in marking.regimes))
    return tuple(sorted(found, key=lambda code: (not code.startswith("SP-"), code)))


def wrong_part(cui: Iterable[str], dissemination: Iterable[str]) -> str:
    """Say which code the registry does not have, of what a mapping or a source's marking names; nothing where all are known."""
    problems = [*map(_unknown_category, sorted(cui)), *map(_unknown_control, sorted(dissemination))]
    return next(filter(None, problems), "")


def may_change_controls(agency: str, before: Marking, after: Marking) -> Decision:
    """Decide whether staff of an agency may change who gets it: only of the agency that designated it may."""
    if before.dissemination == after.dissemination or before.owners <= {agency}:
        return Decision(allowed=True, policies=("designator-sets-dissemination",))
    return Decision(
        allowed=False,
        policies=("designator-sets-dissemination",),
        reason="Only the agency that designated it sets, changes or lifts its dissemination controls "
        f"(32 CFR 2002.16(b)): {', '.join(sorted(before.owners))}, not {agency}.",
    )


def titles(marking: Marking) -> dict[str, str]:
    """Say in words what each code of a marking means."""
    known = {**BASIC, **SPECIFIED, **CONTROLS}
    codes = (*categories_of(marking), *sorted(marking.dissemination))
    return {
        code: known.get(code) or known[control_of(code)] for code in codes if code in known or control_of(code) in known
    }


def _written(marking: Marking, by_regime: Mapping[Regime, frozenset[str]], short: Mapping[str, str]) -> str:
    if not is_controlled(marking, by_regime):
        return ""
    controls = "/".join(short.get(control, control) for control in sorted(marking.dissemination))
    return "//".join(part for part in ("CUI", "/".join(categories_of(marking, by_regime)), controls) if part)


def _split(rest: list[str]) -> tuple[list[str], list[str]]:
    """Tell categories from controls: a banner's only part may be either (`CUI//NOFORN`)."""
    if len(rest) == 1:
        codes = rest[0].split("/")
        return ([], codes) if not any(map(_unknown_control, codes)) else (codes, [])
    return (rest[0].split("/"), rest[1].split("/")) if rest else ([], [])


def _check_categories(codes: list[str]) -> str:
    if unknown := next(filter(None, map(_unknown_category, codes)), ""):
        return unknown
    specified = [code.startswith("SP-") for code in codes]
    if specified != sorted(specified, reverse=True):
        return "specified must precede basic"
    groups = ([c for c in codes if c.startswith("SP-")], [c for c in codes if not c.startswith("SP-")])
    return "" if all(group == sorted(set(group)) for group in groups) else "not alphabetical"


def _check_controls(controls: list[str]) -> str:
    return next(filter(None, map(_unknown_control, controls)), "")


def _unknown_category(code: str) -> str:
    if code in ADMINISTRATIVE:
        return f"{code} is an administrative marking and stands apart from the banner"
    return "" if code in BASIC or code in SPECIFIED else f"unknown category {code}"


def _unknown_control(control: str) -> str:
    head = control_of(control)
    listed = control[len(head) :].strip()
    fits = head in CONTROLS and (bool(listed) if head in WITH_LIST else not listed)
    return "" if fits else f"unknown LDC {control}"


def control_of(control: str) -> str:
    """Give a dissemination control without the nations that it lists.

    >>> control_of("REL TO USA, CAN"), control_of("NOFORN")
    ('REL TO', 'NOFORN')
    """
    return next((head for head in WITH_LIST if control.startswith(f"{head} ")), control)
