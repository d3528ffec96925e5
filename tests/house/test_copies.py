"""A purge knows every copy: no table holds what records say without being on its list."""

from tessera.store import purging, tables

LEADING = {"delivery_id", "record_id", "thread", "from_thread", "to_thread"}
DATA = ("delivery", "link", "quarantine", "record")


def test_every_table_of_data_is_on_the_list_of_copies() -> None:
    assert set(DATA) <= set(purging.COPIES)


def test_every_table_that_names_records_is_erased_or_says_why_it_may_stay() -> None:
    naming = {name for name, table in tables.metadata.tables.items() if LEADING & set(table.c.keys())}
    assert naming - set(purging.COPIES) - set(purging.KEYS_ONLY) == set()


def test_what_stays_holds_no_text_of_records() -> None:
    for name in purging.KEYS_ONLY:
        columns = set(tables.metadata.tables[name].c.keys())
        assert not columns & {"payload", "raw", "source_key", "value"}, name
