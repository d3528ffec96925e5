"""Who is who, as records arrive: each committed batch is resolved at once, in small steps that a crash cannot lose.

How far a model has come is written in the same transaction as what it found, so a step that is done again does nothing twice.
"""

from tessera.model.access import Access
from tessera.store import pairs
from tessera.store.transactions import Store


def resolve_new(store: Store, access: Access, *, rows: int) -> int:
    """Resolve every record that is not resolved yet, `rows` at a time; return how many."""
    done, more = 0, bool(store.dictionary.resolution)
    while more:
        with store.writing(access) as tx:
            count, more = pairs.resolve_next(tx, most=rows)
        done += count
    return done
