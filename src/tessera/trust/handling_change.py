"""Who may change how a piece is to be handled: its owner freely, its other keepers only to protect it more."""

from tessera.model.decision import Decision
from tessera.model.marking import Marking

OWNER = "owners-decide-handling"
KEEPER = "keepers-protect-more"


def may_change(agency: str, before: Marking, after: Marking) -> Decision:
    """Decide whether staff of an agency may give a piece this marking in place of the one that it has.

    The agency that alone owns it keeps control (TLP 2.0: the source decides; 28 CFR 23.20(h)). Everybody else who keeps it
    may only close it further, never open it.
    """
    if before.owners <= {agency}:
        return Decision(allowed=True, policies=(OWNER,))
    if after.protects_at_least(before):
        return Decision(allowed=True, policies=(KEEPER,))
    owners = ", ".join(sorted(before.owners))
    return Decision(
        allowed=False, policies=(KEEPER,), reason=f"Only its owner may open it further: {owners}, not {agency}."
    )
