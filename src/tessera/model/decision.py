"""What a rule answers: yes or no, and the sentence that says why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An answer that explains itself.

    `policies` names the policies that decided (empty when the default, deny, did). `reason` is a sentence for the
    person who asked. `version` is the SHA-256 (hex) of the policy that was in force.
    """

    allowed: bool
    policies: tuple[str, ...] = ()
    reason: str = ""
    version: str = ""

    def __bool__(self) -> bool:
        """Read as the claim "this is allowed"."""
        return self.allowed
