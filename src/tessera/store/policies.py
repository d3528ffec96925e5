"""Versions of the policy."""

from tessera.store.histories import note_account, note_agreement

__all__ = ["note_account", "note_agreement"]
