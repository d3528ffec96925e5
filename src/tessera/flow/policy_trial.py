"""Trying a change of policy: read, weigh outside of any transaction (it takes seconds), keep what was found."""

from collections.abc import Mapping

from tessera.model.access import Access
from tessera.store import policies
from tessera.store.transactions import Store
from tessera.trust.what_if import WhatIf, what_if


def try_proposal(store: Store, access: Access, number: int) -> WhatIf:
    """Say what a proposal would do on the version in force, and keep it with the proposal.

    Conflict where the policy changed meanwhile.
    """
    with store.reading(access) as tx:
        trial = policies.trial(tx, number)
    found = what_if(trial.before, trial.after, trial.actors, trial.stock, trial.when)
    with store.writing(access) as tx:
        policies.keep_trial(tx, number, trial, found)
    return found


def try_change(store: Store, access: Access, changes: Mapping[str, str]) -> tuple[WhatIf, policies.Trial]:
    """Say what a change that nobody has proposed would do. Nothing is kept but the entry in the log."""
    with store.reading(access) as tx:
        trial = policies.trial_of(tx, changes)
    return what_if(trial.before, trial.after, trial.actors, trial.stock, trial.when), trial
