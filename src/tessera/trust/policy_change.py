"""How a policy changes: one person proposes, another decides, after seeing what it would do."""

from collections.abc import Mapping
from enum import StrEnum

from tessera.errors import Invalid
from tessera.model.decision import Decision
from tessera.trust.policy import Policy

FEWEST_DECIDERS = 2
LONGEST_TEXT = 100_000


class PolicyState(StrEnum):
    """What became of a version of the policy."""

    APPROVED = "approved"
    PROPOSED = "proposed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


def may_decide(state: PolicyState, proposer: str, decider: str) -> Decision:
    """Decide whether somebody may approve or reject a proposal: it is open, and it is not their own."""
    if state is not PolicyState.PROPOSED:
        return Decision(allowed=False, reason=f"This proposal is {state} already.")
    if proposer == decider:
        return Decision(
            allowed=False,
            policies=("policy-takes-two",),
            reason="Whoever proposes a change of policy does not decide about it; ask a second person.",
        )
    return Decision(allowed=True, policies=("policy-takes-two",), reason="A second person decides.")


def may_withdraw(state: PolicyState, proposer: str, who: str) -> Decision:
    """Decide whether somebody may take a proposal back: it is open, and it is their own."""
    if state is not PolicyState.PROPOSED:
        return Decision(allowed=False, reason=f"This proposal is {state} already.")
    if proposer != who:
        return Decision(allowed=False, reason="Only who proposed a change takes it back; reject it instead.")
    return Decision(allowed=True, policies=("policy-takes-two",), reason="It is your own proposal.")


def changed(texts: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """Put changes into a site's files: a text that is blank takes its file away.

    >>> changed({"a.cedar": "x", "b.cedar": "y"}, {"a.cedar": "", "c.cedar": "z"})
    {'b.cedar': 'y', 'c.cedar': 'z'}
    """
    found = {**texts, **changes}
    return {name: text for name, text in sorted(found.items()) if text.strip()}


def check_change(policy: Policy, texts: Mapping[str, str], changes: Mapping[str, str]) -> Policy:
    """Give the policy as it would be; Invalid says which line is wrong, or that nothing changes.

    What is shipped stays: a site may add permits and forbids, and no site's file may take a shipped name or id.
    """
    for name, text in changes.items():
        check_name(name)
        if len(text) > LONGEST_TEXT:
            message = f"the text holds more than {LONGEST_TEXT:,} characters"
            raise Invalid(message, where=name, advice="Split it into several files.")
    after = changed(texts, changes)
    if after == dict(texts):
        raise Invalid("this changes nothing", where="text", advice="Change the text, or leave it as it is.")
    return policy.with_site(after)


def check_name(name: str) -> None:
    """Refuse a name that is no plain file name of a Cedar text."""
    stem = name.removesuffix(".cedar")
    if stem == name or not stem or len(name) > 64 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in stem):  # noqa: PLR2004 - as long as other names
        message = f"{name[:80]!r} is no name for a policy file"
        raise Invalid(message, where="file", advice="Use letters, digits and dashes, and end it in .cedar.")
