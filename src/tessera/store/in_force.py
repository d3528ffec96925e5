"""Which policy is in force: asked at the head of every transaction, so that an approved change counts at once everywhere."""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, select

from tessera.errors import Tampered
from tessera.store import tables
from tessera.trust.policy import Policy

STATE = "policy"
s, v = tables.center_state.c, tables.policy_version.c
_NUMBER = select(s.value).where(s.name == STATE)


def number_in_force(connection: Connection) -> int:
    """Give the number of the version in force; 0 before the first was noted."""
    found = connection.execute(_NUMBER).scalar_one_or_none()
    return int(found) if found else 0


def policy_in_force(connection: Connection, number: int, policy: Policy) -> Policy:
    """Make the policy of a version: what this program ships, and the site's files of that version."""
    columns = (v.texts, v.shipped, v.digest)
    row = connection.execute(select(*columns).where(v.number == number)).one()
    found = policy.with_site(json.loads(row.texts))
    if found.version != row.digest and shipped_of(found) == json.loads(row.shipped):
        message = f"the texts of policy version {number} are not those that were approved"
        raise Tampered(message, where="policy_version", advice="Compare the table with the audit log and a backup.")
    return found


def shipped_of(policy: Policy) -> dict[str, str]:
    """Give the texts that the program brings, by file name."""
    site = policy.site
    return {name: text for name, text in policy.texts.items() if name not in site}


def noted(connection: Connection, policy: Policy, folder: Mapping[str, str]) -> bool:
    """Claim that the version in force is what this program ships with these files of the operator's folder."""
    row = connection.execute(
        select(v.texts, v.folder, v.digest).where(v.number == number_in_force(connection))
    ).one_or_none()
    if row is None:
        return False
    trial = policy.with_site(with_folder(json.loads(row.texts), json.loads(row.folder), folder))
    return trial.version == str(row.digest)


def with_folder(texts: Mapping[str, str], before: list[str], folder: Mapping[str, str]) -> dict[str, str]:
    """Put what the operator's folder holds now in the place of what it held before."""
    kept = {name: text for name, text in texts.items() if name not in before}
    return {**kept, **folder}
