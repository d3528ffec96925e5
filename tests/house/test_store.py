"""No read without an `Access`; every table of data has a marking, a source and a retention."""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, Table

from tessera import store
from tessera.store import tables
from tessera.store.dialects import Dialect
from tessera.store.transactions import Store, Transaction

HANDED_OTHERWISE = {
    "accounts.access_of": "who runs the command can read the database file; the log says on whose behalf it was",
    "audit.append": "is what a transaction ends with; an entry about an entry would never end",
    "audit.read_head": "reads the size and hashes of the log, which say nothing about what is in it",
    "proofs.public_checkpoint": "gives size and root of the log, which are for everybody",
    "proofs.public_tile": "gives hashes of the log, which are for everybody; an entry for each would let anybody fill the log",
    "proofs.root_at": "gives a root of the log, which says nothing about what is in it",
    "transparency.published": "reads only what was published for everybody",
    "in_force.noted": "compares digests of policies, before anybody asks",
    "in_force.number_in_force": "is asked at the head of a transaction: which policy decides",
    "in_force.policy_in_force": "is asked at the head of a transaction: which policy decides",
    "name_index.is_behind": "says whether an index is empty, no data",
    "sessions.confirm_by_password": "finds out whether who asks is there; opens a transaction of theirs",
    "sessions.challenge": "keeps a random number beside a session; no data",
    "sessions.resume": "finds out who asks, so there is no access yet",
    "sessions.sign_in": "finds out who asks; opens a transaction of whoever tries",
    "sessions.sign_in_by_issuer": "finds out who asks; opens a transaction of whoever tries",
    "tokens.access_of_token": "finds out who asks, so there is no access yet",
    "schema.current": "reads the revision of the schema, no data",
    "schema.differences": "compares the schema, no data",
    "schema.downgrade": "changes the schema, before anybody can ask",
    "schema.require_newest": "reads the revision of the schema, no data",
    "schema.upgrade": "changes the schema, before anybody can ask",
    "verifying.verify": "says only whether the log is intact; outsiders may know",
    "witnesses.note_with_cosignatures": "gives what the log and its witnesses signed, which is for everybody",
}
DATABASE = (Connection, Dialect, Engine, Store)
DATA = ("delivery", "link", "quarantine", "record")
"""Tables that hold what sources delivered."""
REGISTERS = {
    "account": "people who work here",
    "activity_member": "which things a report is made of, by key",
    "activity_report": "where a report stands in its vetting; what it says stands in its records",
    "activity_step": "who signed what about a report; a purge takes the notes",
    "account_version": "people who work here, as they were",
    "agency": "partners",
    "agreement": "partners",
    "agreement_step": "who did what about an agreement with a partner",
    "agreement_version": "partners, as they were",
    "audit_checkpoint": "hashes",
    "authenticator": "people who work here; seeds are sealed under a key outside the database",
    "audit_digest": "counts of a week, and who signed them",
    "audit_entry": "identifiers and counts, never names of people; kept as long as the log",
    "audit_head": "hashes",
    "audit_node": "hashes",
    "batch": "counts",
    "block_key": "digests; found through the record of the node, and gone with it",
    "cosignature": "signatures of witnesses",
    "center_state": "the set-up code's digest",
    "counter": "the next key",
    "delivery_stock": "counts",
    "disclosure": "who was shown records; kept as long as the log",
    "disclosure_owner": "counts, by partner",
    "disclosure_record": "keys of records",
    "delivery_part": "names of columns, found through the delivery",
    "flag": "keys of records, names of rules, and places in texts; never the words",
    "holding": "the retention itself",
    "intelligence_member": "which things a submission is made of, by key",
    "intelligence_step": "who did what to a submission; a purge takes the notes",
    "intelligence_submission": "where a submission stands; what it says stands in its records",
    "judgement": "what people said about two records; seen by who may see both, emptied by a purge of either",
    "kind": "names of kinds",
    "correction": "keys of records and names of terms, no values",
    "mapping": "texts of mappings",
    "marking": "the markings themselves",
    "node": "a record made ready to be compared; has the marking and the retention of its record, and goes with it",
    "pair": "weights of two records; seen by who may see both, gone with either",
    "policy_version": "texts of policies, and who proposed and approved them",
    "name_key": "codes of how names sound, found through the record and erased with it",
    "notice": "what recipients of records are told; names no person",
    "notice_recipient": "people who work here",
    "notice_record": "keys of records",
    "quality": "counts",
    "recovery_code": "digests",
    "sign_on": "who is signing in; taken out when used",
    "sign_on_link": "people who work here",
    "recall": "why owners took records back; names no person",
    "recall_record": "keys of records",
    "redress": "what was done about a request, without who asked",
    "redress_person": "who asks for redress, in their own words; deleted some days after the request is closed",
    "redress_record": "keys of records",
    "redress_step": "what was done about a request, and by whom",
    "resolution_model": "chances of a kind of records",
    "resolution_switch": "which model ran when",
    "request": "who asked an owner what, and the answer; kept as long as the log",
    "remarking": "keys of records and markings",
    "sample": "numbers of entries of the log, and who examined them",
    "sample_item": "numbers of entries of the log, and findings",
    "session": "people who work here",
    "source": "partners",
    "stock": "which kinds occur under which marking",
    "term_frequency": "digests and shares, of values that many records hold",
    "token": "people who work here",
    "witness": "keys of those who watch the log",
    "transparency_report": "published counts",
    "transparency_review": "who reviewed what is published",
    "delivery_bytes": "digests",
    "enclosure": "which file came in which, by key",
    "erased_row": "numbers of rows",
    "legal_hold": "orders of courts and counsel; name no persons",
    "legal_hold_record": "keys of records",
    "promotion": "who took a record as the ground for an entry elsewhere, and why; names no person",
    "purge": "what was purged, by keys and digests",
    "purge_blob": "digests",
    "review": "decisions about what is kept",
}


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for found in pkgutil.iter_modules(store.__path__):
        if found.name == "migrations":
            continue
        module = importlib.import_module(f"tessera.store.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{found.name}.{name}", function


def is_handed_a_database(function: Callable[..., Any]) -> bool:
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    return any(hint in DATABASE for hint in hints.values())


def test_a_function_that_is_handed_the_database_is_handed_a_transaction_of_somebody() -> None:
    wrong = {name for name, function in public_functions() if is_handed_a_database(function)}
    assert wrong == set(HANDED_OTHERWISE)


def test_a_transaction_comes_first() -> None:
    hints = {name: typing.get_type_hints(f) for name, f in public_functions()}
    wrong = [name for name, known in hints.items() if Transaction in known.values() and next(iter(known)) != "tx"]
    assert not wrong


def test_a_transaction_cannot_be_made_without_an_access() -> None:
    for way in (Store.reading, Store.writing):
        assert list(inspect.signature(way).parameters) == ["self", "access"]
    assert inspect.signature(Transaction).parameters["access"].default is inspect.Parameter.empty


def test_every_table_is_known_as_data_or_as_a_register() -> None:
    assert set(tables.metadata.tables) == {*DATA, *REGISTERS}


def test_data_has_a_marking() -> None:
    for name in DATA:
        column = tables.metadata.tables[name].c.marking_id
        assert not column.nullable, name


def test_data_has_a_source_and_through_it_a_holding_with_a_retention() -> None:
    for name in DATA:
        assert leads_to_source(tables.metadata.tables[name]), name
    assert not tables.source.c.holding.nullable
    assert [key.column for key in tables.source.c.holding.foreign_keys] == [tables.holding.c.name]
    assert not tables.holding.c.retention_days.nullable


def leads_to_source(table: Table) -> bool:
    if "source_id" in table.c:
        return not table.c.source_id.nullable
    return not table.c.delivery_id.nullable and not tables.delivery.c.source_id.nullable


def test_nothing_cascades_away_an_audit_entry() -> None:
    for table in tables.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.ondelete is None, f"{table.name}.{key.parent.name}"
    assert not tables.audit_entry.foreign_keys
