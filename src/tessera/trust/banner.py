"""The line at the head and foot of a page that says how what is on it may be handled."""

from tessera.model.marking import Marking
from tessera.trust import cui

SEPARATOR = " · "


def banner(marking: Marking) -> str:
    """Write a marking in one line: sensitivity, TLP label, regimes, CUI banner. Nothing for the least marking.

    >>> from tessera.model.marking import Regime, Sensitivity, Tlp
    >>> banner(Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER, regimes=frozenset({Regime.PII, Regime.CJI})))
    'SENSITIVE · TLP:AMBER · CJI/PII · CUI//SP-CHRI/PRVCY'
    """
    return (
        ""
        if marking == Marking()
        else SEPARATOR.join(part for part in (handling(marking), cui.banner(marking)) if part)
    )


def handling(marking: Marking) -> str:
    """Write a marking short, beside one piece: sensitivity, TLP label, regimes. Nothing for the least marking."""
    if marking == Marking():
        return ""
    parts = [marking.sensitivity.name, marking.tlp.label, "/".join(sorted(marking.regimes))]
    return SEPARATOR.join(part for part in parts if part)
