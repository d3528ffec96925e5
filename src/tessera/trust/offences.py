"""Offences that may stand in a criminal predicate: what 28 CFR 23.30 asks of each, read from a list that a site keeps.

The list that comes along is an example. A pack of the site with an `offences.yaml` of its own replaces it as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tessera.errors import Invalid

_TRUTHS = ("threat", "stakes", "organised", "wide")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """One specific offence with the findings of 28 CFR 23.30 about it."""

    code: str
    label: str
    definition: str
    threat: bool
    """A significant and recognised threat to the population."""
    stakes: bool
    """Done for unlawful power or profit, or a danger to life and property."""
    organised: bool
    """Done by a significant and lasting organisation."""
    wide: bool
    """Not confined to one jurisdiction."""

    @property
    def eligible(self) -> bool:
        """Claim that it may stand in a predicate (28 CFR 23.30)."""
        return self.threat and self.stakes and (self.organised or self.wide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offences:
    """The list in use. `umbrellas` are labels by code of sorts of enterprise, which never stand alone."""

    offences: Mapping[str, Offence]
    umbrellas: Mapping[str, str]

    @property
    def eligible(self) -> tuple[Offence, ...]:
        """Offences that may stand in a predicate, by label."""
        return tuple(sorted((o for o in self.offences.values() if o.eligible), key=lambda o: o.label))

    def label_of(self, code: str) -> str:
        """Name an offence; one that the list no longer holds is named by its code."""
        return self.offences[code].label if code in self.offences else code


def read_offences(text: str, where: str = "offences.yaml") -> Offences:
    """Read a list from YAML. Invalid names the file, the entry and what is wrong with it."""
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise Invalid(f"the file is no YAML: {problem}", where=where) from None
    if not isinstance(given, dict) or set(given) - {"offences", "umbrellas"} or not given.get("offences"):
        raise Invalid(
            "the file should hold `offences` and may hold `umbrellas`", where=where, advice="See the example."
        )
    return Offences(
        offences=_by_code((_offence(each, where) for each in given["offences"]), where),
        umbrellas=_by_code((_umbrella(each, where) for each in given.get("umbrellas") or ()), where),
    )


def _by_code(pairs: Any, where: str) -> dict[str, Any]:  # noqa: ANN401 - of either sort
    found: dict[str, Any] = {}
    for code, value in pairs:
        if code in found:
            raise Invalid(f"the code {code!r} is there twice", where=where, advice="Keep one of them.")
        found[code] = value
    return found


def _offence(given: Any, where: str) -> tuple[str, Offence]:  # noqa: ANN401 - plain YAML
    wanted = {"code", "label", "definition", *_TRUTHS}
    if not isinstance(given, dict) or set(given) != wanted:
        raise Invalid(f"an offence has {', '.join(sorted(wanted))}, not {given!r}", where=where)
    code = str(given["code"])
    vague = [name for name in _TRUTHS if not isinstance(given[name], bool)]
    if vague:
        raise Invalid(
            f"{code}: {', '.join(vague)} must be true or false", where=where, advice="Decide each (28 CFR 23.30)."
        )
    return code, Offence(
        code=code,
        label=str(given["label"]),
        definition=str(given["definition"]),
        **{name: given[name] for name in _TRUTHS},
    )


def _umbrella(given: Any, where: str) -> tuple[str, str]:  # noqa: ANN401 - plain YAML
    if not isinstance(given, dict) or set(given) != {"code", "label"}:
        raise Invalid(f"an umbrella has code and label, not {given!r}", where=where)
    return str(given["code"]), str(given["label"])
