"""Versions of the policy: proposed by one person, tried, decided by another, and kept for good.

A version holds the site's own files as a whole, so that each says for itself what was in force. What the program ships is
kept beside them, so that a decision of the past can be made again after the program has changed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, insert, select, update

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.model.access import Actor, Permission, Purpose
from tessera.model.decision import Decision
from tessera.model.marking import Marking
from tessera.store import in_force, tables
from tessera.store.events import Event
from tessera.store.histories import accounts_at, note_account, note_agreement
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust import policy_change
from tessera.trust.policy import Policy
from tessera.trust.policy_change import PolicyState
from tessera.trust.what_if import Conditions, Shift, Stock, Together, WhatIf, together

__all__ = ["note_account", "note_agreement"]

v, s, m = tables.policy_version.c, tables.stock.c, tables.marking.c
GROUPS_KEPT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One version of the policy: a proposal, or what was in force from `from_at` until `until_at`."""

    number: int
    state: PolicyState
    base: int
    """The version that the proposal was made on."""
    texts: Mapping[str, str]
    """The site's files, by name, as they are with this version."""
    changes: Mapping[str, str]
    """The files that the proposal changes; a blank text takes a file away."""
    folder: tuple[str, ...]
    """Files that are kept in the operator's folder."""
    digest: str
    proposed_by: str
    proposed_at: int
    reason: str
    decided_by: str
    decided_at: int | None
    decision: str
    from_at: int | None
    until_at: int | None
    tried: "Tried | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a proposal was found to do: on which version, when, over how much, and to whom."""

    base: int
    at: int
    accounts: int
    markings: int
    records: int
    deciders: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    groups: tuple[Together, ...]
    more: int
    """Groups of accounts that are not kept, because there are too many to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """All that a trial of a proposal needs, read in one transaction so that it can be weighed outside of one."""

    base: int
    before: Policy
    after: Policy
    actors: tuple[Actor, ...]
    stock: tuple[Stock, ...]
    marking_ids: tuple[int, ...]
    when: Conditions


def note_start(tx: Transaction, folder: Mapping[str, str]) -> None:
    """Make what the program ships and the operator's folder holds the version in force. Who runs the machine decides that."""
    number = in_force.number_in_force(tx.connection)
    last = _row(tx, number) if number else None
    texts = in_force.with_folder(
        json.loads(last.texts) if last else {}, json.loads(last.folder) if last else [], folder
    )
    policy = tx.store.policy.with_site(texts)
    new = _insert(
        tx, policy, changes={}, base=number, reason="The program was started with these files.", folder=folder
    )
    tx.note(Event.POLICY_NOTED, f"policy:{new}", digest=policy.version, files=sorted(texts))
    _put_in_force(tx, new, policy)


def propose(tx: Transaction, changes: Mapping[str, str], reason: str) -> int:
    """Propose a change of the site's files; return its number. Nothing changes before a second person approves."""
    tx.require(Permission.POLICY_PROPOSE)
    reason = _sentence(reason)
    after = _checked(tx, changes)
    base = in_force.number_in_force(tx.connection)
    number = _insert(tx, after, changes=changes, base=base, reason=reason, folder=_folder(tx, base))
    tx.note(Event.POLICY_PROPOSED, f"policy:{number}", files=sorted(changes), digest=after.version)
    return number


def trial(tx: Transaction, number: int) -> Trial:
    """Read what is needed to say what a proposal would do today, on the version that is in force now."""
    tx.require(Permission.POLICY_PROPOSE)
    row = _open(tx, number)
    tx.note(Event.POLICY_READ, f"policy:{number}")
    return _trial(tx, _checked(tx, json.loads(row.changes)))


def trial_of(tx: Transaction, changes: Mapping[str, str]) -> Trial:
    """Read what is needed to say what a change that nobody has proposed would do."""
    tx.require(Permission.POLICY_PROPOSE)
    tx.note(Event.POLICY_READ, "what-if", files=sorted(changes))
    return _trial(tx, _checked(tx, changes))


def keep_trial(tx: Transaction, number: int, tried: Trial, found: WhatIf) -> None:
    """Keep with a proposal what it was found to do."""
    tx.require(Permission.POLICY_PROPOSE)
    _open(tx, number)
    _require_base(tx, tried.base)
    groups = together(found.shifts)
    value = {
        "at": tx.at,
        **{name: getattr(found, name) for name in ("accounts", "markings", "records", "deciders")},
        **{name: getattr(found, name) for name in ("added", "changed", "removed")},
        "groups": [_group_json(group, tried.marking_ids) for group in groups[:GROUPS_KEPT]],
        "more": max(len(groups) - GROUPS_KEPT, 0),
    }
    tx.connection.execute(
        update(tables.policy_version)
        .where(v.number == number)
        .values(what_if=json.dumps(value), what_if_base=tried.base, digest=tried.after.version)
    )
    tx.note(Event.POLICY_TRIED, f"policy:{number}", base=tried.base, groups=len(groups), accounts=found.accounts)


def approve(tx: Transaction, number: int, decision: str) -> None:
    """Put a proposal in force, from this instant on, in every process.

    Whoever approves is not who proposed it, and has before them what it does to the version in force now.
    """
    tx.require(Permission.POLICY_APPROVE)
    row = _open(tx, number)
    _require(policy_change.may_decide(PolicyState(row.state), row.proposed_by, tx.access.actor.account))
    if not row.what_if:
        raise Conflict("nobody has looked at what this would do", advice="Compute it, read it, then decide.")
    _require_base(tx, row.what_if_base)
    if json.loads(row.what_if)["deciders"] < policy_change.FEWEST_DECIDERS:
        raise Conflict(
            "after this, no two people could change the policy again", advice="Reject it; it would lock everybody out."
        )
    after = _checked(tx, json.loads(row.changes))
    tx.sign()
    values = {"texts": _texts_json(after), "shipped": json.dumps(in_force.shipped_of(after)), "digest": after.version}
    tx.connection.execute(update(tables.policy_version).where(v.number == number).values(**values))
    _decide(tx, number, PolicyState.APPROVED, decision)
    _put_in_force(tx, number, after)
    tx.note(Event.POLICY_APPROVED, f"policy:{number}", digest=after.version, base=row.what_if_base)


def reject(tx: Transaction, number: int, decision: str) -> None:
    """Close a proposal without putting it in force, with a reason."""
    tx.require(Permission.POLICY_APPROVE)
    row = _open(tx, number)
    _require(policy_change.may_decide(PolicyState(row.state), row.proposed_by, tx.access.actor.account))
    _decide(tx, number, PolicyState.REJECTED, decision)
    tx.note(Event.POLICY_REJECTED, f"policy:{number}")


def withdraw(tx: Transaction, number: int, decision: str) -> None:
    """Take one's own proposal back."""
    tx.require(Permission.POLICY_PROPOSE)
    row = _open(tx, number)
    _require(policy_change.may_withdraw(PolicyState(row.state), row.proposed_by, tx.access.actor.account))
    _decide(tx, number, PolicyState.WITHDRAWN, decision)
    tx.note(Event.POLICY_WITHDRAWN, f"policy:{number}")


def versions(tx: Transaction) -> list[PolicyVersion]:
    """List every version, the newest first, without what each was found to do."""
    tx.require(Permission.POLICY_READ)
    tx.note(Event.POLICY_READ)
    query = select(tables.policy_version).order_by(v.number.desc())
    return [replace(_to_version(row), tried=None) for row in tx.connection.execute(query)]


def version(tx: Transaction, number: int) -> PolicyVersion:
    """Read one version. What it was found to do is for those who propose and approve: it tells of accounts and counts."""
    tx.require(Permission.POLICY_READ)
    found = _to_version(_row(tx, number))
    tx.note(Event.POLICY_READ, f"policy:{number}")
    sees = tx.store.policy.may(tx.access, Permission.POLICY_PROPOSE, today=tx.today)
    return found if sees else replace(found, tried=None)


def markings_of(tx: Transaction, found: Tried) -> dict[int, Marking]:
    """Give the markings that a trial speaks of, by id."""
    tx.require(Permission.POLICY_PROPOSE)
    tx.note(Event.POLICY_READ, "markings of a trial")
    named = {key for group in found.groups for key in group.shift.markings}
    return {key: marking for key, marking in tx.store.markings(tx).items() if key in named}


def policy_at(tx: Transaction, at: int) -> tuple[int, Policy]:
    """Make the policy that was in force at an instant, shipped files of that time included, and say its number."""
    query = select(v.number, v.texts, v.shipped).where(v.from_at <= at).order_by(v.from_at.desc(), v.number.desc())
    row = tx.connection.execute(query.limit(1)).one_or_none()
    if row is None:
        raise NotFound("no policy was noted so early", advice="Choose a later day.")
    return row.number, Policy.from_texts({**json.loads(row.shipped), **json.loads(row.texts)})


def _checked(tx: Transaction, changes: Mapping[str, str]) -> Policy:
    number = in_force.number_in_force(tx.connection)
    kept = set(_folder(tx, number)) & set(changes)
    if kept:
        raise Invalid(
            f"{min(kept)} is kept in the operator's folder",
            where="file",
            advice="Change it there, or choose another name.",
        )
    return policy_change.check_change(tx.store.policy, tx.store.policy.site, changes)


def _trial(tx: Transaction, after: Policy) -> Trial:
    counted = select(s.marking_id, func.sum(s.records).label("records")).group_by(s.marking_id).order_by(s.marking_id)
    known = tx.store.markings(tx)
    rows = [row for row in tx.connection.execute(counted) if row.records]
    return Trial(
        base=in_force.number_in_force(tx.connection),
        before=tx.store.policy,
        after=after,
        actors=tuple(each.actor for each in accounts_at(tx, tx.at) if not each.disabled),
        stock=tuple(Stock(marking=known[row.marking_id], records=int(row.records)) for row in rows),
        marking_ids=tuple(row.marking_id for row in rows),
        when=Conditions(today=tx.today, standing=tx.standing),
    )


def _insert(
    tx: Transaction,
    policy: Policy,
    *,
    changes: Mapping[str, str],
    base: int,
    reason: str,
    folder: Mapping[str, str] | list[str],
) -> int:
    number = int(tx.connection.execute(select(func.coalesce(func.max(v.number), 0))).scalar_one()) + 1
    tx.connection.execute(
        insert(tables.policy_version).values(
            number=number,
            texts=_texts_json(policy),
            shipped=json.dumps(in_force.shipped_of(policy)),
            folder=json.dumps(sorted(folder)),
            changes=json.dumps(dict(changes)),
            base=base,
            digest=policy.version,
            state=PolicyState.PROPOSED.value,
            proposed_by=tx.access.actor.account,
            proposed_at=tx.at,
            reason=reason,
        )
    )
    return number


def _put_in_force(tx: Transaction, number: int, policy: Policy) -> None:
    tx.connection.execute(
        update(tables.policy_version)
        .where(v.state == PolicyState.APPROVED, v.number != number)
        .values(state=PolicyState.SUPERSEDED.value, until_at=tx.at)
    )
    in_force_now = {"state": PolicyState.APPROVED.value, "from_at": tx.at, "digest": policy.version}
    tx.connection.execute(update(tables.policy_version).where(v.number == number).values(**in_force_now))
    state = tables.center_state
    tx.connection.execute(state.delete().where(state.c.name == in_force.STATE))
    tx.connection.execute(insert(state).values(name=in_force.STATE, value=str(number)))


def _decide(tx: Transaction, number: int, state: PolicyState, decision: str) -> None:
    values = {
        "state": state.value,
        "decided_by": tx.access.actor.account,
        "decided_at": tx.at,
        "decision": _sentence(decision),
    }
    tx.connection.execute(update(tables.policy_version).where(v.number == number).values(**values))


def _require(decision: Decision) -> None:
    if not decision:
        raise NotAllowed(decision.reason, where=Permission.POLICY_APPROVE.value)


def _require_base(tx: Transaction, base: int) -> None:
    now = in_force.number_in_force(tx.connection)
    if base != now:
        raise Conflict(
            f"the policy has changed from version {base} to {now} since this was tried",
            advice="Try it again, look at what it does now, then decide.",
        )


def _sentence(text: str) -> str:
    if not text.strip():
        raise Invalid("a reason is needed", where="reason", advice="Say why, in a sentence.")
    return text.strip()


def _row(tx: Transaction, number: int) -> AnyRow:
    row = tx.connection.execute(select(tables.policy_version).where(v.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"there is no policy version {number}", advice="The list on the policy page has them all.")
    return row


def _open(tx: Transaction, number: int) -> AnyRow:
    row = _row(tx, number)
    if row.state != PolicyState.PROPOSED:
        raise Conflict(f"policy version {number} is {row.state} already", advice="Propose a new change.")
    return row


def _folder(tx: Transaction, number: int) -> list[str]:
    return list(json.loads(_row(tx, number).folder)) if number else []


def _texts_json(policy: Policy) -> str:
    return json.dumps(policy.site)


def _to_version(row: AnyRow) -> PolicyVersion:
    return PolicyVersion(
        number=row.number,
        state=PolicyState(row.state),
        base=row.base,
        texts=json.loads(row.texts),
        changes=json.loads(row.changes),
        folder=tuple(json.loads(row.folder)),
        digest=row.digest,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision=row.decision,
        from_at=row.from_at,
        until_at=row.until_at,
        tried=_to_tried(json.loads(row.what_if), row.what_if_base) if row.what_if else None,
    )


def _group_json(group: Together, ids: tuple[int, ...]) -> dict[str, object]:
    shift = group.shift
    return {
        "accounts": list(group.accounts),
        "gains": shift.gains,
        "what": shift.what,
        "purposes": [str(purpose) for purpose in shift.purposes],
        "with_need": shift.with_need,
        "markings": [ids[place] for place in shift.markings],
        "records": shift.records,
        "policies": list(shift.policies),
    }


def _to_tried(plain: dict[str, Any], base: int) -> Tried:
    return Tried(
        base=base,
        at=plain["at"],
        accounts=plain["accounts"],
        markings=plain["markings"],
        records=plain["records"],
        deciders=plain["deciders"],
        added=tuple(plain["added"]),
        changed=tuple(plain["changed"]),
        removed=tuple(plain["removed"]),
        groups=tuple(_to_group(each) for each in plain["groups"]),
        more=plain["more"],
    )


def _to_group(plain: dict[str, Any]) -> Together:
    shift = Shift(
        account="",
        agency="",
        gains=plain["gains"],
        what=plain["what"],
        purposes=tuple(Purpose(purpose) for purpose in plain["purposes"]),
        with_need=plain["with_need"],
        markings=tuple(plain["markings"]),
        records=plain["records"],
        policies=tuple(plain["policies"]),
    )
    return Together(accounts=tuple(plain["accounts"]), shift=shift)
