"""The only way to the tables: a transaction that knows who asks and why, and that leaves an audit entry.

`Store.reading` and `Store.writing` need an `Access`. A transaction that ends without having noted what was done is an
error, so no function of this package can read, change or release anything unseen. Where the rules say no, or something is asked
for that is not there (or may not be known of), that is noted as well.

A change and its entry are one transaction. A read is first done from a snapshot; then its entry is written; only when
that has been committed does the caller get out of the `with` block with its answer (docs/explanation/decisions/0004).
"""

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, reduce
from operator import or_ as or_join
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, func, insert, literal, or_, select
from sqlalchemy.exc import DBAPIError

from tessera.clock import Clock, isoformat, to_datetime
from tessera.dictionary import Dictionary
from tessera.errors import Conflict, Invalid, NotAllowed, NotFound, Tampered, TesseraError, Unavailable, Unsigned
from tessera.model.access import Access, Permission, Presence, Role
from tessera.model.marking import FieldClass, Marking, Regime
from tessera.model.source import AgreementState, Standing
from tessera.resolution.name_reading import NameReader
from tessera.store import audit, in_force, tables
from tessera.store.alarms import AlarmKind, Alarms
from tessera.store.dialects import Dialect
from tessera.store.events import Event
from tessera.store.scope import Scope
from tessera.trust.account_life import is_fresh
from tessera.trust.policy import Policy
from tessera.trust.protected import Rules, shipped

if TYPE_CHECKING:
    from tessera.store.models import Running


class ToSign(Unsigned):
    """What was asked is to be signed first; `under` is the marking of what it is about."""

    def __init__(self, under: Marking) -> None:
        """Say what to do."""
        super().__init__(
            "this is signed by a person, and you have not proved lately that it is you",
            where="signature",
            advice="Sign it on its page with your password or a passkey. A token signs nothing.",
        )
        self.under = under


@dataclass(kw_only=True)
class Transaction:
    """One piece of work by one actor for one purpose. Handed to every function of this package."""

    store: "Store"
    connection: Connection
    access: Access
    at: int
    """The instant of this transaction, in milliseconds; what it writes is known from then on."""
    entries: list[audit.Entry] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)
    """Keys of the records whose content this transaction shows; each becomes a line of the disclosure record."""
    exporting: str = ""
    """Of which export this transaction gives a page; its disclosures name it, and so does the watermark in the file."""
    signed: Presence | None = None
    """What the signature of this transaction rests on, once it is signed."""
    made_marking: bool = False
    _scope: Scope | None = None
    _standing: Standing | None = None

    @property
    def dialect(self) -> Dialect:
        """What differs between the databases."""
        return self.store.dialect

    @property
    def dictionary(self) -> Dictionary:
        """The agreed language."""
        return self.store.dictionary

    @property
    def scope(self) -> Scope:
        """What this access may see."""
        if self._scope is None or self.made_marking:
            self._scope = self.store.scope(self)
        return self._scope

    @property
    def standing(self) -> Standing:
        """How things stand today between the center and its partners."""
        if self._standing is None:
            self._standing = _standing_on(self.connection, self.today)
        return self._standing

    def require(self, permission: Permission) -> None:
        """Go on only if policy gives the actor this permission; otherwise raise NotAllowed with the reason."""
        decision = self.store.policy.may(self.access, permission, today=day_of(self.at))
        if not decision:
            raise NotAllowed(decision.reason, where=permission.value)

    def sign(self, about: Iterable[int] = ()) -> None:
        """Take what follows as signed: go on only where the person proved a short while ago to be there.

        `about` are the markings (by number) of what it is about. Whatever this transaction notes from now on says by what,
        and when, presence was proved. Raises ToSign.
        """
        shown = self.access.presence
        if shown is None or not is_fresh(shown.at, self.at):
            known = self.store.markings(self)
            raise ToSign(reduce(or_join, (known[key] for key in set(about)), Marking()))
        self.signed = shown

    @property
    def today(self) -> str:
        """The UTC day of this transaction, as policies compare it."""
        return day_of(self.at)

    def show(self, keys: Iterable[int]) -> None:
        """Say that content of these records is shown to who asks. The center's own pipeline is nobody's eyes."""
        if Role.SERVICE not in self.access.actor.roles:
            self.shown.update(keys)

    def note(self, event: Event, subject: str = "", **details: object) -> None:
        """Put down what is done to what. `details` hold identifiers and counts, never names of people (CJIS AU-3(3))."""
        proof = {"proved_by": self.signed.by, "proved_at": isoformat(self.signed.at)} if self.signed else {}
        self.entries.append(audit.Entry(event=event, subject=subject, details=details | proof))


class Store:
    """The center's tables behind one policy."""

    def __init__(
        self,
        dialect: Dialect,
        *,
        policy: Policy,
        dictionary: Dictionary,
        clock: Clock,
        alarms: Alarms | None = None,
        protected: Callable[[], Rules] = shipped,
        reviewers: int = 1,
    ) -> None:
        """Put the parts together; `bootstrap` chooses them. `protected` reads the rules of the gate, when they are needed."""
        self._read_protected = protected
        self.alarms = alarms or Alarms(clock)
        self.dialect = dialect
        self.policy = policy
        self.policy_number = 0
        """Which version of the policy is followed; 0 before the first was noted."""
        self._following = Lock()
        self.dictionary = dictionary
        self.clock = clock
        self.reviewers = reviewers
        """How many people must judge alike before a judgement counts."""
        self.weighing: dict[int, Running] = {}
        """Models of resolution, ready to weigh, by their number; they never change."""
        self._markings: dict[int, Marking] = {}
        self._scopes = lru_cache(maxsize=512)(self._decide)
        self.why_masked = lru_cache(maxsize=4096)(self._why_masked)
        """Says in a sentence why fields of a class are masked: (access, marking, field class, day, standing)."""

    @cached_property
    def name_reader(self) -> NameReader:
        """Reads names by the words of the packs, and keeps what it has read."""
        return NameReader(self.dictionary.names)

    @cached_property
    def protected(self) -> Rules:
        """The rules by which texts are held for a privacy officer."""
        return self._read_protected()

    @contextmanager
    def reading(self, access: Access) -> Iterator[Transaction]:
        """Read from one snapshot. The answer counts only once its audit entry is committed."""
        with _translated(), self._connected() as connection:
            self.dialect.begin(connection, write=False)
            self._follow(connection)
            tx = Transaction(store=self, connection=connection, access=access, at=self.clock())
            refused = yield from _until_refused(tx)
            connection.rollback()
            with self._sure_to_log(), self.dialect.turnstile():
                self.dialect.begin(connection, write=True)
                self._close(tx, refused)
                connection.commit()
            if refused is not None:
                raise refused

    @contextmanager
    def writing(self, access: Access) -> Iterator[Transaction]:
        """Change something, and note it, in one transaction: both happen or neither does."""
        with _translated(), self.dialect.turnstile(), self._connected() as connection:
            with self._sure_to_log(done=False):
                self.dialect.begin(connection, write=True)
                self.dialect.take_turn(connection)
            self._follow(connection)
            tx = Transaction(store=self, connection=connection, access=access, at=self.clock())
            refused = yield from _until_refused(tx)
            with self._sure_to_log():
                if refused is not None:
                    connection.rollback()
                    self.dialect.begin(connection, write=True)
                self._close(tx, refused)
                connection.commit()
            if refused is not None:
                raise refused

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._sure_to_log(done=False):
            connection = self.dialect.engine.connect()
        with connection:
            yield connection

    @contextmanager
    def _sure_to_log(self, *, done: bool = True) -> Iterator[None]:
        """Raise an alarm where the log cannot be written (CJIS AU-5); the action then does not happen either."""
        try:
            yield
        except (DBAPIError, OSError, Tampered) as error:
            said = _explain(error).message if isinstance(error, DBAPIError) else str(error)
            self.alarms.sound(AlarmKind.UNWRITTEN, f"the audit log cannot be written: {said}")
            if isinstance(error, OSError):
                raise Unavailable(
                    f"the audit log cannot be written ({error.strerror})", advice="Nothing was done."
                ) from error
            raise
        if done:
            self.alarms.clear(AlarmKind.UNWRITTEN)

    def _close(self, tx: Transaction, refused: NotAllowed | NotFound | None) -> None:
        if refused is not None:
            entries = [audit.refusal(refused)]
        elif tx.entries:
            entries = tx.entries
        else:
            msg = "a transaction ended without noting what it did"
            raise AssertionError(msg)
        audit.append(tx.connection, entries, access=tx.access, at=tx.at)
        if refused is None and tx.shown:
            _disclose(tx)

    def _follow(self, connection: Connection) -> None:
        """Go by the policy version in force. An older snapshot never brings an older policy back."""
        number = in_force.number_in_force(connection)
        if number <= self.policy_number:
            return
        with self._following:
            if number > self.policy_number:
                self.policy = in_force.policy_in_force(connection, number, self.policy)
                self.policy_number = number
                self.why_masked.cache_clear()

    def scope(self, tx: Transaction) -> Scope:
        """Say what this access may see now; decided once per access, policy version and set of markings."""
        self.markings(tx)
        return self._scopes(tx.access, tx.today, tx.standing, self.policy.version, len(self._markings))

    def scope_in_force(self, tx: Transaction) -> Scope:
        """Say what this access might see if no agreement had lapsed: whose sources it may know of, never their content."""
        self.markings(tx)
        in_force = Standing(unbound=tx.standing.unbound)
        return self._scopes(tx.access, tx.today, in_force, self.policy.version, len(self._markings))

    def _decide(self, access: Access, today: str, standing: Standing, _version: str, _count: int) -> Scope:
        numbered = sorted(self._markings.items())
        classes = self.policy.readable_fields(access, [m for _, m in numbered], today=today, standing=standing)
        return Scope(
            fields={key: seen for (key, _), seen in zip(numbered, classes, strict=True) if seen},
            unlisted=frozenset(key for key, marking in numbered if Regime.NCI in marking.regimes),
        )

    def _why_masked(
        self, access: Access, marking: Marking, field_class: FieldClass, today: str, standing: Standing
    ) -> str:
        return self.policy.why_masked(access, marking, field_class, today=today, standing=standing).reason

    def markings(self, tx: Transaction) -> dict[int, Marking]:
        """Return all distinct markings by id. A transaction that made one is not cached from: it may be undone."""
        if tx.made_marking:
            return self._load_markings(tx.connection)
        count = tx.connection.execute(select(func.count()).select_from(tables.marking)).scalar_one()
        if count != len(self._markings):
            self._markings = self._load_markings(tx.connection)
        return self._markings

    @staticmethod
    def _load_markings(connection: Connection) -> dict[int, Marking]:
        rows = connection.execute(select(tables.marking.c.id, tables.marking.c.value))
        return {key: Marking.from_json(json.loads(value)) for key, value in rows}

    def marking_id(self, tx: Transaction, marking: Marking) -> int:
        """Give the row of this marking, made at first use."""
        value = json.dumps(marking.to_json(), sort_keys=True)
        this = select(tables.marking.c.id).where(tables.marking.c.value == value)
        found = tx.connection.execute(this).scalar_one_or_none()
        if found is None:
            self.markings(tx)
            tx.made_marking = True
            tx.connection.execute(insert(tables.marking).values(value=value))
            found = tx.connection.execute(this).scalar_one()
        return int(found)


def day_of(at: int) -> str:
    """Say the UTC day of an instant as policies compare it."""
    return to_datetime(at).date().isoformat()


def _standing_on(connection: Connection, today: str) -> Standing:
    """Tell which agreements are not in force on this day, and which agencies have none that is."""
    g = tables.agreement.c
    in_force = and_(
        g.state == AgreementState.CURRENT.value, g.signed <= today, or_(g.expires == "", g.expires >= today)
    )
    rows = connection.execute(select(g.name, g.agency, in_force.label("in_force"))).all()
    bound = {row.agency for row in rows if row.in_force}
    return Standing(
        lapsed=frozenset(row.name for row in rows if not row.in_force),
        unbound=frozenset(connection.execute(select(tables.agency.c.name)).scalars()) - bound,
    )


def _disclose(tx: Transaction) -> None:
    """Put down who was shown which records, and why (28 CFR 23.20(g): who received, reason, date)."""
    actor = tx.access.actor
    key = tx.connection.execute(
        insert(tables.disclosure)
        .values(
            at=tx.at,
            account=actor.account,
            agency=actor.agency,
            purpose=tx.access.purpose.value,
            need_to_know=tx.access.need_to_know,
            event=tx.entries[-1].event.value,
            records=len(tx.shown),
            export=tx.exporting,
        )
        .returning(tables.disclosure.c.id)
    ).scalar_one()
    tx.dialect.insert(
        tx.connection, "disclosure_record", ("disclosure_id", "record_id"), [(key, each) for each in sorted(tx.shown)]
    )
    _count_owners(tx.connection, key)


def _count_owners(connection: Connection, key: int) -> None:
    """Say of whom the disclosed records are, so that each agency finds those of its own at once, also after a purge."""
    dr, r, s = tables.disclosure_record.c, tables.record.c, tables.source.c
    counted = (
        select(literal(key), s.agency, func.count())
        .select_from(tables.disclosure_record)
        .join(tables.record, r.id == dr.record_id)
        .join(tables.source, s.id == r.source_id)
        .where(dr.disclosure_id == key)
        .group_by(s.agency)
    )
    columns = ["disclosure_id", "owner", "records"]
    connection.execute(insert(tables.disclosure_owner).from_select(columns, counted))


def _until_refused(tx: Transaction) -> Generator[Transaction, None, NotAllowed | NotFound | None]:
    try:
        yield tx
    except (NotAllowed, NotFound) as refusal:
        return refusal
    return None


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what a database driver says into an error that a person can act on."""
    try:
        yield
    except DBAPIError as error:
        raise _explain(error) from error


def _explain(error: DBAPIError) -> TesseraError:
    said = str(error.orig)
    lower = said.lower()
    if "locked" in lower or "busy" in lower:
        return Unavailable("the database is busy with another write", advice="Nothing was changed. Try again.")
    if "full" in lower or "no space" in lower:
        return Unavailable("the disk is full", advice="Nothing was changed. Free some space, then try again.")
    if "unique" in lower or "duplicate key" in lower:
        return Conflict("it exists already", advice="Somebody else made it first; look it up.")
    if "no such table" in lower or "does not exist" in lower:
        return Invalid("the center's database is not set up", advice="Run: tessera init DIR")
    if error.connection_invalidated or "connect" in lower:
        return Unavailable(
            f"the database cannot be reached ({said.splitlines()[0]})", advice="Start it, then try again."
        )
    return Unavailable(f"the database refused: {said.splitlines()[0]}", advice="Nothing was changed.")
