"""What differs between SQLite and PostgreSQL, and nothing else: one small object for each.

The rest of `store` is one text for both. Here are full-text search, months, lists of numbers and bulk inserts.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    bindparam,
    column,
    create_engine,
    event,
    func,
    table,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FromClause, Join

from tessera.errors import Invalid, Unavailable
from tessera.model.marking import FieldClass
from tessera.store import pages, tables
from tessera.store.words import Question, fts5_query, tsquery

TEXT_CLASSES = tuple(sorted(c.value for c in FieldClass))
"""Order of the words that `insert_words` is given after the record's key: one text for each field class."""

LONGEST_WAIT_MS = 15_000
"""How long a write waits for another process's write before it reports that the database is busy."""

TURN = 0x7E55E7A
"""Number of the advisory lock that writers on PostgreSQL take in turn."""

CONTENT_TABLES = (
    "record", "record_text", "link", "quarantine", "audit_entry", "node", "block_key", "pair", "judgement", "name_key",
)  # fmt: skip
"""Tables that PostgreSQL rewrites after a purge, because they held content."""

Rows = Sequence[tuple[Any, ...]]


class Dialect(Protocol):
    """The differences. `words_from` is what a full-text search selects from, and `words_key` its record key."""

    name: str
    engine: Engine
    words_from: FromClause
    words_key: ColumnElement[int]

    def turnstile(self) -> AbstractContextManager[None]:
        """Let writers of all processes through one after another, in fair order, where the database does not."""

    def begin(self, connection: Connection, *, write: bool) -> None:
        """Begin a transaction: a snapshot to read from, or one that may write."""

    def words_join(self) -> FromClause:
        """Join the words with their records, the words leading."""

    def gather_statistics(self, connection: Connection) -> None:
        """Let the planner know what a delivery has added, where it does not look by itself."""

    def take_turn(self, connection: Connection) -> None:
        """Wait until no other change is under way, so that instants of changes are in the order of their commits."""

    def contains(self, question: Question, classes: list[str], only: Sequence[int] = ()) -> ColumnElement[bool]:
        """Condition on `words_from`: the question holds in the words of these field classes.

        `only` names the markings to look under, where the index can tell. It saves work and decides nothing.
        """

    def month(self, millis: ColumnElement[int]) -> ColumnElement[str]:
        """Turn an instant into `YYYY-MM` (UTC)."""

    def take_ids(self, connection: Connection, count: int) -> Sequence[int]:
        """Reserve record keys, ascending."""

    def current(self, connection: Connection, threads: list[bytes]) -> Rows:
        """Find the current records of these threads: (thread, id, payload, marking_id)."""

    def insert(self, connection: Connection, name: str, columns: Sequence[str], rows: Rows) -> None:
        """Insert many rows into an ordinary table."""

    def insert_words(self, connection: Connection, rows: Rows) -> None:
        """Index words: (record id, one text or None for each of TEXT_CLASSES, key of the marking)."""

    def remark_words(self, connection: Connection, keys: Sequence[int], word: str) -> None:
        """Say in the word index that these records carry another marking, where it says so at all."""

    def of_numbers(self, connection: Connection, ask: str, numbers: Sequence[int], *more: int | str) -> Rows:
        """Run a fixed statement about a list of whole numbers: WANTED is a table of them, its column `value`.

        More is given at its question marks, which follow WANTED. Many numbers at once save a statement for each.
        """

    def insert_links(self, connection: Connection, columns: Sequence[str], rows: Rows) -> int:
        """Insert links that are not there yet; return how many were new."""

    def delete_words(self, connection: Connection, keys: Sequence[int]) -> None:
        """Take records out of the word index."""

    def erase_traces(self, traces: Sequence[bytes] | None) -> dict[str, str]:
        """Erase what deleted rows leave in index segments, free pages and logs; say when each was done, in words.

        `traces` are pieces of what was deleted, to look for in the file; None rebuilds it all the same. Raises Unavailable
        while readers keep old pages in use. Doing it again harms nothing.
        """


def open_dialect(url: str) -> Dialect:
    """Choose by the database's URL: `sqlite:///path` or `postgresql://…`."""
    scheme = url.split(":", 1)[0].split("+", 1)[0]
    if scheme == "sqlite":
        return SQLite(Path(make_url(url).database or ""))
    if scheme in {"postgresql", "postgres"}:
        return PostgreSQL(url)
    raise Invalid(f"unknown kind of database {scheme!r}", advice="Use sqlite:///FILE or postgresql://USER@HOST/NAME.")


class _WordsFirst(Join):
    """A join that SQLite must run from left to right (its CROSS JOIN says just that)."""

    inherit_cache = True


@compiles(_WordsFirst)
def _render_words_first(join: Join, compiler: Any, **how: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    linter = how.get("from_linter")
    if linter is not None:  # tell SQLAlchemy's check for forgotten join conditions that there is one
        linter.edges.update(product(join.left._from_objects, join.right._from_objects))  # noqa: SLF001 - as its own joins do
    left = compiler.process(join.left, **how | {"asfrom": True})
    right = compiler.process(join.right, **how | {"asfrom": True})
    return f"{left} CROSS JOIN {right} ON {compiler.process(join.onclause)}"


class SQLite:
    """One file in WAL mode: many readers, one writer at a time."""

    name = "sqlite"
    words_from: FromClause = table("record_text", column("rowid"))
    words_key: ColumnElement[int] = words_from.c.rowid

    def __init__(self, path: Path) -> None:
        """Open (or create at first use) the database file at `path`."""
        self._file = path
        self._gate = path.with_name(path.name + ".turnstile")
        self.engine = create_engine(
            f"sqlite+pysqlite:///{path}",
            connect_args={"timeout": LONGEST_WAIT_MS / 1000, "check_same_thread": False},
            pool_size=8,
            max_overflow=24,
        )
        event.listen(self.engine, "connect", _prepare_sqlite)

    @cached_property
    def _bytes(self) -> int:
        """Open the file to look at its bytes. It stays open: closing it would drop the locks of this process's connections."""
        return os.open(self._file, os.O_RDONLY | os.O_CLOEXEC)

    @contextmanager
    def turnstile(self) -> Iterator[None]:
        """Wait in the kernel's queue for the lock file; SQLite's own busy-wait starves those who wait."""
        with self._gate.open("ab") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def begin(self, connection: Connection, *, write: bool) -> None:
        """Take the write lock at once where something will be written: upgrading a snapshot later can fail."""
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    def words_join(self) -> FromClause:
        """Fix the order: left to itself, SQLite may go through an index of the record and look up words row by row."""
        return _WordsFirst(self.words_from, tables.record, tables.record.c.id == self.words_key)

    def gather_statistics(self, connection: Connection) -> None:
        """Need nothing: the order of joins is fixed."""

    def take_turn(self, connection: Connection) -> None:
        """Need nothing: there is one writer at a time."""

    def contains(self, question: Question, classes: list[str], only: Sequence[int] = ()) -> ColumnElement[bool]:
        """Match with FTS5, its column filter naming the classes."""
        return text("record_text MATCH :words").bindparams(
            bindparam("words", fts5_query(question, classes, only), unique=True),
        )  # type: ignore[return-value]

    def month(self, millis: ColumnElement[int]) -> ColumnElement[str]:
        """Use strftime."""
        return func.strftime("%Y-%m", millis // 1000, "unixepoch")

    def take_ids(self, connection: Connection, count: int) -> Sequence[int]:
        """Move the counter; it never goes back, so a purged record's key is never given again."""
        first = connection.exec_driver_sql(
            "UPDATE counter SET next = next + ? WHERE name = 'record' RETURNING next - ?", (count, count)
        ).scalar_one()
        return range(first, first + count)

    def current(self, connection: Connection, threads: list[bytes]) -> Rows:
        """Look the threads up by index, in one statement (SQLite allows 250,000 parameters)."""
        marks = ",".join("?" * len(threads))
        found = connection.exec_driver_sql(
            f"SELECT thread, id, payload, marking_id FROM record WHERE thread IN ({marks}) AND known_to IS NULL",  # noqa: S608 - only question marks
            tuple(threads),
        )
        return [tuple(row) for row in found]

    def insert(self, connection: Connection, name: str, columns: Sequence[str], rows: Rows) -> None:
        """Use one prepared statement for all rows."""
        if rows:
            connection.exec_driver_sql(_insert_sql("INSERT", name, columns), list(rows))

    def insert_words(self, connection: Connection, rows: Rows) -> None:
        """Fill the FTS5 table."""
        self.insert(connection, "record_text", ("rowid", *TEXT_CLASSES, "marking"), rows)

    def remark_words(self, connection: Connection, keys: Sequence[int], word: str) -> None:
        """Change the column of the marking alone."""
        connection.exec_driver_sql("UPDATE record_text SET marking = ? WHERE rowid = ?", [(word, key) for key in keys])

    def of_numbers(self, connection: Connection, ask: str, numbers: Sequence[int], *more: int | str) -> Rows:
        """Give the numbers as one JSON text, which the database reads as a table."""
        driver: Any = connection.connection.driver_connection
        found: Rows = driver.execute(
            ask.replace("WANTED", "json_each(?) AS wanted"), (json.dumps(numbers), *more)
        ).fetchall()
        return found

    def insert_links(self, connection: Connection, columns: Sequence[str], rows: Rows) -> int:
        """Let the unique index drop those that exist."""
        if not rows:
            return 0
        return connection.exec_driver_sql(_insert_sql("INSERT OR IGNORE", "link", columns), list(rows)).rowcount

    def delete_words(self, connection: Connection, keys: Sequence[int]) -> None:
        """Mark their words as deleted; `erase_traces` merges the segments, which is when they go."""
        if keys:
            connection.exec_driver_sql("DELETE FROM record_text WHERE rowid = ?", [(key,) for key in keys])

    def erase_traces(self, traces: Sequence[bytes] | None) -> dict[str, str]:
        """Write the log back, merge the word index into one segment, and look at the file itself meanwhile.

        Deleted cells are overwritten by `secure_delete`; but when SQLite splits a page it can leave a copy of a moved row in
        the page's unused space. So the file is searched for what was deleted, and rebuilt (VACUUM) where that is found
        outside the rows that are there: other rows may rightly say the same. The merge moves no rows of others.
        """
        with self.turnstile(), self.engine.connect() as connection, ThreadPoolExecutor(1) as beside:
            _empty_log(connection)
            search = beside.submit(pages.left_behind, self._bytes, traces or ())
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("INSERT INTO record_text (record_text) VALUES ('optimize')")
            _empty_log(connection)
            rebuild = traces is None or search.result()
            if rebuild:
                connection.exec_driver_sql("VACUUM")
                _empty_log(connection)
        return {
            "word index": "merged into one segment",
            "free pages": "the file was rebuilt"
            if rebuild
            else "overwritten; the file was searched and holds no trace",
            "write-ahead log": "written back and emptied",
        }


class PostgreSQL:
    """PostgreSQL 15 or newer."""

    name = "postgresql"
    words_from: FromClause = table("record_text", column("record_id"), column("words"))
    words_key: ColumnElement[int] = words_from.c.record_id

    def __init__(self, url: str) -> None:
        """Connect lazily to `postgresql://…`."""
        driver_url = make_url(url).set(drivername="postgresql+psycopg")
        self.engine = create_engine(driver_url, pool_size=8, max_overflow=24, pool_pre_ping=True)

    def turnstile(self) -> AbstractContextManager[None]:
        """Need none: PostgreSQL queues writers by row."""
        return nullcontext()

    def begin(self, connection: Connection, *, write: bool) -> None:
        """Read from one snapshot; write with row locks."""
        level = "READ COMMITTED" if write else "REPEATABLE READ"
        connection.exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL {level}")

    def words_join(self) -> FromClause:
        """Leave the order to the planner, which knows how common the words are."""
        return self.words_from.join(tables.record, tables.record.c.id == self.words_key)

    def gather_statistics(self, connection: Connection) -> None:
        """Sample the tables that a delivery fills; until then the planner takes them for empty."""
        connection.exec_driver_sql("ANALYZE record, record_text, link")

    def take_turn(self, connection: Connection) -> None:
        """Hold a lock of the transaction's own until it ends."""
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (TURN,))

    def contains(self, question: Question, classes: list[str], _only: Sequence[int] = ()) -> ColumnElement[bool]:
        """Match with a GIN index over lexemes that start with the letter of their class."""
        return self.words_from.c.words.op("@@")(func.to_tsquery("simple", tsquery(question, classes)))

    def month(self, millis: ColumnElement[int]) -> ColumnElement[str]:
        """Use to_char in UTC."""
        return func.to_char(func.timezone("UTC", func.to_timestamp(millis // 1000)), "YYYY-MM")

    def take_ids(self, connection: Connection, count: int) -> Sequence[int]:
        """Draw from a sequence, without a lock that other writers would wait for."""
        drawn = connection.exec_driver_sql(
            "SELECT nextval('record_id_seq') FROM generate_series(1, %s)", (count,)
        ).scalars()
        return sorted(drawn)

    def current(self, connection: Connection, threads: list[bytes]) -> Rows:
        """Look the threads up by index."""
        found = connection.exec_driver_sql(
            "SELECT thread, id, payload, marking_id FROM record WHERE thread = ANY(%s) AND known_to IS NULL", (threads,)
        )
        return [(bytes(thread), *rest) for thread, *rest in found]

    def insert(self, connection: Connection, name: str, columns: Sequence[str], rows: Rows) -> None:
        """COPY."""
        if not rows:
            return
        names = ", ".join(f'"{c}"' for c in columns)
        with _cursor(connection) as cursor, cursor.copy(f"COPY {name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def insert_words(self, connection: Connection, rows: Rows) -> None:
        """COPY the words into a temporary table; make the lexemes in the database."""
        if not rows:
            return
        columns = ", ".join(f"{c} text" for c in TEXT_CLASSES)
        connection.exec_driver_sql(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS new_words (record_id bigint, {columns}) ON COMMIT DELETE ROWS"
        )
        self.insert(connection, "new_words", ("record_id", *TEXT_CLASSES), [row[:-1] for row in rows])
        lettered = ", ".join(rf"regexp_replace({c}, '(\S+)', '{c[0]}\1', 'g')" for c in TEXT_CLASSES)
        connection.exec_driver_sql(
            f"INSERT INTO record_text SELECT record_id, to_tsvector('simple', concat_ws(' ', {lettered})) FROM new_words"  # noqa: S608 - fixed names
        )
        connection.exec_driver_sql("TRUNCATE new_words")

    def remark_words(self, connection: Connection, keys: Sequence[int], word: str) -> None:
        """Change nothing: these words do not say their marking."""

    def of_numbers(self, connection: Connection, ask: str, numbers: Sequence[int], *more: int | str) -> Rows:
        """Give the numbers as an array."""
        statement = ask.replace("?", "%s").replace("WANTED", "unnest(%s::bigint[]) AS wanted (value)")
        return [tuple(row) for row in connection.exec_driver_sql(statement, (list(numbers), *more))]

    def insert_links(self, connection: Connection, columns: Sequence[str], rows: Rows) -> int:
        """Let the unique index drop those that exist."""
        if not rows:
            return 0
        marks = ", ".join(["%s"] * len(columns))
        names = ", ".join(f'"{c}"' for c in columns)
        with _cursor(connection) as cursor:
            cursor.executemany(
                f"INSERT INTO link ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608 - fixed names
                rows,
            )
            return int(cursor.rowcount)

    def delete_words(self, connection: Connection, keys: Sequence[int]) -> None:
        """Delete their rows; `erase_traces` rebuilds the index, which keeps every lexeme it ever had otherwise."""
        connection.exec_driver_sql("DELETE FROM record_text WHERE record_id = ANY(%s)", (list(keys),))

    def erase_traces(self, traces: Sequence[bytes] | None) -> dict[str, str]:
        """Rewrite the tables that held content, with their indexes.

        A plain VACUUM leaves deleted rows in the unused space of pages, and a GIN index never forgets a lexeme. The
        statistics of the planner are sampled again and rewritten too. The server's log keeps what it holds until its
        segments are recycled; this asks for that where the account may.
        """
        del traces  # nothing is left where they could be
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # a table that becomes empty keeps its old statistics, which hold its commonest words; this forgets them
            connection.exec_driver_sql("ALTER TABLE record_text ALTER COLUMN words TYPE tsvector")
            for name in CONTENT_TABLES:
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")
            may = connection.exec_driver_sql(
                "SELECT pg_has_role(current_user, 'pg_checkpoint', 'USAGE'), usesuper FROM pg_user WHERE usename = current_user"
            ).one()
            if may[1]:
                connection.exec_driver_sql("VACUUM FULL pg_catalog.pg_statistic")
                connection.exec_driver_sql("SELECT pg_switch_wal()")
            if may[0] or may[1]:
                connection.exec_driver_sql("CHECKPOINT")
        asked = "checkpointed; " if may[0] or may[1] else ""
        return {
            "word index": "table and index rewritten",
            "free pages": "tables rewritten",
            "write-ahead log": f"{asked}goes when the server recycles its segments",
        }


def _empty_log(connection: Connection) -> None:
    """Write the log back and empty it; Raises Unavailable while somebody reads from it."""
    connection.commit()
    busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise Unavailable("the database's log is in use, so it cannot be emptied", advice="It is tried again later.")


def _cursor(connection: Connection) -> Any:  # noqa: ANN401 - psycopg's cursor, from inside SQLAlchemy's connection
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def _insert_sql(verb: str, name: str, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{c}"' for c in columns)
    return f"{verb} INTO {name} ({names}) VALUES ({', '.join('?' * len(columns))})"


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = None  # transactions begin where this package says so
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",  # a receipt promises that the delivery survives a power cut
        "foreign_keys = ON",
        f"busy_timeout = {LONGEST_WAIT_MS}",
        "cache_size = -131072",
        "temp_store = MEMORY",
        "secure_delete = ON",  # what is deleted is overwritten; a purge relies on it
        "wal_autocheckpoint = 32000",
        "mmap_size = 134217728",
    ):
        connection.execute(f"PRAGMA {pragma}")
