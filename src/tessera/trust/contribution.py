"""Who may hand in data for which agency."""

from tessera.model.access import Access, Role
from tessera.model.decision import Decision

_FOR_OTHERS = frozenset(
    {Role.ADMINISTRATOR, Role.ANALYST, Role.DATA_STEWARD, Role.INTAKE_ANALYST, Role.SERVICE, Role.WATCH_OFFICER}
)


def may_deliver_for(access: Access, agency: str) -> Decision:
    """Decide whether this access may hand in data of this agency: a partner only its own, the center for all."""
    if access.actor.agency == agency:
        return Decision(allowed=True, policies=("own-agency-delivers",), reason="Your agency gives its own data.")
    if access.actor.roles & _FOR_OTHERS:
        return Decision(allowed=True, policies=("center-takes-in",), reason="The center takes in data for any agency.")
    return Decision(allowed=False, reason=f"Data of {agency} is handed in by {agency} or by the center, not by you.")
