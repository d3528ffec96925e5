"""The audit log as one file that others can check without us: JSON lines, the signed checkpoint first."""

import json
from pathlib import Path

from tessera.errors import NotFound
from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.store import auditing, proofs
from tessera.store.auditing import Leaf
from tessera.trust.checkpoint import parse_checkpoint

FORMAT = "tessera-audit-bundle/1"


def export(center: Center, access: Access, file: Path, *, hashes_only: bool) -> int:
    """Write the entries that the newest checkpoint signed; return how many. The file appears only when it is whole."""
    note = proofs.public_checkpoint(center.store)
    if not note:
        raise NotFound("no checkpoint has been signed yet", advice="Run: tessera audit checkpoint")
    size = parse_checkpoint(note).size
    part = file.with_name(file.name + ".part")
    try:
        with center.store.reading(access) as tx, part.open("x", encoding="utf-8") as out:
            keys = auditing.witness_keys(tx)
            head = {"bundle": FORMAT, "log_key": center.verifier_key, "witness_keys": keys, "checkpoint": note}
            out.write(json.dumps(head) + "\n")
            for leaf in auditing.export(tx, size, hashes_only=hashes_only):
                out.write(_line(leaf))
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return size


def _line(leaf: Leaf) -> str:
    told = {"index": leaf.index, "leaf": leaf.leaf.hex()}
    if leaf.text:
        told |= {"salt": leaf.salt.hex(), "text": leaf.text}
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False) + "\n"
