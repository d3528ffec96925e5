"""The law of access: whatever a reader asks and through whichever function, SQL shows what the pure rule allows.

Sixty random markings, two records each; random readers; the shipped policy, and sites that add random rules to it. On both databases, for search, words, facets, map, links,
export and single reads.
"""

import io
import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import duckdb
import postgres
import pyarrow as pa
import pytest
import regions
from hypothesis import HealthCheck, example, given, settings
from pyarrow import parquet
from sqlalchemy import select
from strategies import TODAY, accesses, complete_markings, markings, site_texts

from tessera import share
from tessera.clock import to_millis
from tessera.errors import NotAllowed, NotFound
from tessera.flow.center import OPERATOR, Center
from tessera.flow.pipeline import PIPELINE
from tessera.model.access import Access, Permission, Purpose, Role
from tessera.model.marking import FieldClass, Marking, Regime, Tlp
from tessera.model.record import SearchQuery
from tessera.model.rows import FAULT_SCHEMA, LINK_SCHEMA, PROFILE_SCHEMA, RECORD_SCHEMA, Mapped, TableFormat, TablePart
from tessera.store import deliveries, intake, maps, overview, pointers, records, tables
from tessera.store.events import Event
from tessera.store.intake import NewBatch
from tessera.store.places import cell_of
from tessera.store.transactions import Store
from tessera.trust.policy import Policy

EACH = 2
WIDE = SearchQuery(limit=1000)
WORDS = {
    FieldClass.CONTACT: "zcontact",
    FieldClass.HEALTH: "zhealth",
    FieldClass.IDENTIFIER: "zidentifier",
    FieldClass.NARRATIVE: "znarrative",
    FieldClass.OPEN: "zopen",
    FieldClass.PLACE: "zplace",
}
COLUMNS = {"incident_number": FieldClass.OPEN, "text": FieldClass.NARRATIVE, "address": FieldClass.PLACE}
SHIPPED = Policy.load()
DAY = to_millis(datetime.fromisoformat(f"{TODAY}T12:00:00+00:00"))


def draw_markings() -> list[Marking]:
    """Sixty different markings, the same in every run."""
    found: dict[Marking, None] = dict.fromkeys(
        [Marking(), Marking(tlp=Tlp.RED), Marking(regimes=frozenset({Regime.CJI}))]
    )

    @settings(max_examples=90, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(markings | complete_markings)
    def collect(marking: Marking) -> None:
        found[marking] = None

    collect()
    return list(found)[:60]


MARKINGS = draw_markings()


class World:
    """A center whose records carry every one of the markings."""

    def __init__(self, center: Center) -> None:
        self.center = center
        delivery = regions.deliver(center, regions.rows("Z0,2026-01-01 00:00,x,y,1,1,,,"), source="open-feed")
        with center.store.writing(PIPELINE) as tx:
            ids = [center.store.marking_id(tx, marking) for marking in MARKINGS]
            key = deliveries.key_of(tx, delivery.uid)
            tx.note(Event.PARTNER_REGISTERED)
        with center.store.writing(PIPELINE) as tx:
            intake.enter_part(
                tx, key, number=1, first_row=1, column_classes={},
                part=TablePart(path="t", format=TableFormat.DELIMITED, columns=("a",)),
            )  # fmt: skip
            intake.add_batch(tx, _batch(key, ids))
        with center.store.dialect.engine.connect() as connection:
            r = tables.record.c
            found = connection.execute(select(r.uid, r.marking_id).where(r.source_key.like("law-%")))
            by_id = dict(zip(ids, MARKINGS, strict=True))
            self.marking_of = {UUID(bytes=bytes(uid)): by_id[marking] for uid, marking in found}
        assert len(self.marking_of) == EACH * len(MARKINGS)
        with center.store.reading(OPERATOR) as tx:
            self.standing = tx.standing
            tx.note(Event.OVERVIEW_READ)

    def under(self, policy: Policy) -> Store:
        """The same tables, behind another policy: the shipped one with what a site adds."""
        mine = self.center.store
        store = Store(mine.dialect, policy=policy, dictionary=mine.dictionary, clock=mine.clock)
        store.policy_number = mine.policy_number
        return store

    def readable(self, access: Access, policy: Policy | None = None) -> dict[UUID, frozenset[FieldClass]]:
        weighed = policy or self.center.policy
        classes = weighed.readable_fields(access, MARKINGS, today=TODAY, standing=self.standing)
        allowed = dict(zip(MARKINGS, classes, strict=True))
        return {uid: allowed[marking] for uid, marking in self.marking_of.items() if allowed[marking]}

    def listed(self, access: Access, policy: Policy) -> dict[UUID, frozenset[FieldClass]]:
        """What may be found and counted: what is reached from another record only is in no list."""
        found = self.readable(access, policy)
        return {uid: classes for uid, classes in found.items() if Regime.NCI not in self.marking_of[uid].regimes}


def _batch(delivery_id: int, ids: list[int]) -> NewBatch:
    count = EACH * len(ids)
    names = list(range(count))
    payload = {"incident_number": "zopen", "text": "znarrative", "address": "zplace"}
    columns = {
        "row": names,
        "kind": ["incident"] * count,
        "thread": [n.to_bytes(16, "big") for n in names],
        "source_key": [f"law-{n}" for n in names],
        "payload": [json.dumps(payload)] * count,
        "event_time": [DAY + n for n in names],
        "latitude": [39.0 + n / 1000 for n in names],
        "longitude": [-75.5] * count,
        "marking": [n // EACH for n in names],
        "locator": [None] * count,
        **{f"text_{c.value}": [word] * count for c, word in WORDS.items()},
    }
    table = pa.table({f.name: pa.array(columns[f.name], f.type) for f in RECORD_SCHEMA})
    ends = [n.to_bytes(16, "big") for n in names]
    links = {
        "row": names[1:], "type": ["involvement"] * (count - 1), "role": ["victim"] * (count - 1),
        "from_thread": ends[1:], "to_thread": ends[:1] * (count - 1), "marking": [n // EACH for n in names[1:]],
    }  # fmt: skip
    return NewBatch(
        delivery_id=delivery_id,
        source_id=1,
        number=99,
        first_row=2,
        mapped=Mapped(
            records=table,
            links=pa.table({f.name: pa.array(links[f.name], f.type) for f in LINK_SCHEMA}),
            faults=FAULT_SCHEMA.empty_table(),
            profile=PROFILE_SCHEMA.empty_table(),
            rows=count,
        ),
        cells=[cell_of(39.0 + n / 1000, -75.5) for n in names],
        markings=ids,
    )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("law") / "center"
    if request.param == "sqlite":
        yield World(regions.new_center(folder, clock=lambda: DAY))
        return
    like = request.getfixturevalue("postgres_tables")
    with postgres.fresh_database(request.getfixturevalue("postgres_url"), like=like) as url:
        center = regions.new_center(folder, database=url, clock=lambda: DAY)
        try:
            yield World(center)
        finally:
            center.store.dialect.engine.dispose()


ANALYST = Access(
    actor=regions.actor("x", "center", Role.ANALYST, groups=("cji-cleared", "law-enforcement")),
    purpose=Purpose.CRIMINAL_INVESTIGATION,
)
LAW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@LAW
@example(access=ANALYST)
@given(access=accesses)
def test_sql_shows_exactly_what_the_rule_allows(world: World, access: Access) -> None:
    shows_what_the_rule_allows(world, world.center.store, access)


@settings(LAW, max_examples=12)
@given(access=accesses, texts=site_texts())
def test_sql_shows_exactly_what_a_sites_rule_allows(world: World, access: Access, texts: dict[str, str]) -> None:
    store = world.under(SHIPPED.with_site(texts))
    shows_what_the_rule_allows(world, store, access)
    points_where_the_rule_allows(world, store, access)


@settings(LAW, max_examples=12)
@example(access=ANALYST, texts={})
@given(access=accesses, texts=site_texts())
def test_a_parquet_export_holds_what_the_rule_allows_and_no_more(
    world: World, access: Access, texts: dict[str, str]
) -> None:
    """Read by DuckDB, as whoever receives the file does."""
    store = world.under(SHIPPED.with_site(texts))
    if not all(store.policy.may(access, p, today=TODAY) for p in (Permission.RECORD_READ, Permission.RECORD_EXPORT)):
        return
    allowed = world.listed(access, store.policy)
    content = b"".join(share.export(store, access, SearchQuery(kinds=("incident",)), "parquet", store.dictionary))
    table = parquet.read_table(io.BytesIO(content))
    connection = duckdb.connect()
    connection.register("given", table)
    for column, field_class in COLUMNS.items():
        found = connection.execute(f'SELECT uid FROM given WHERE "{column}" IS NOT NULL').fetchall()
        seen = {UUID(str(uid)) for (uid,) in found} & set(world.marking_of)
        assert seen == {uid for uid, classes in allowed.items() if field_class in classes}, column
    everything = {UUID(str(uid)) for (uid,) in connection.execute("SELECT uid FROM given").fetchall()}
    assert everything & set(world.marking_of) == set(allowed)
    connection.close()


def shows_what_the_rule_allows(world: World, store: Store, access: Access) -> None:
    """Search, words, facets, map, counts and views of an earlier day: all of them as the pure rule says."""
    allowed = world.listed(access, store.policy)
    if not store.policy.may(access, Permission.RECORD_READ, today=TODAY):
        for refused in (lambda tx: records.search(tx, WIDE), lambda tx: records.facets(tx, WIDE), lambda tx: maps.view(tx, WIDE, zoom=5)):  # fmt: skip
            with pytest.raises(NotAllowed), store.reading(access) as tx:
                refused(tx)
        return
    with store.reading(access) as tx:
        shown = {hit.uid: hit for hit in records.search(tx, WIDE).hits if hit.uid in world.marking_of}
        assert set(shown) == set(allowed)
        for uid, hit in shown.items():
            assert {t.field_class for t in hit.terms if not t.masked} <= allowed[uid]
            assert all(bool(t.value) is not t.masked for t in hit.terms)
            assert (hit.latitude is not None) is (FieldClass.PLACE in allowed[uid])
        for field_class, word in WORDS.items():
            found = {hit.uid for hit in records.search(tx, SearchQuery(text=word, limit=1000)).hits}
            assert found == {uid for uid, classes in allowed.items() if field_class in classes}
        counted = records.facets(tx, SearchQuery(text="zopen OR znarrative")).counted
        assert counted == sum(1 for classes in allowed.values() if classes & {FieldClass.OPEN, FieldClass.NARRATIVE})
        box = SearchQuery(box=(-76, 38.9, -75, 40))
        placed = sum(1 for classes in allowed.values() if FieldClass.PLACE in classes)
        assert maps.view(tx, box, zoom=5).total == placed
        assert len(records.search(tx, SearchQuery(box=box.box, limit=1000)).hits) == placed
        assert overview.visible_count(tx) - len(allowed) in {0, 1}  # the one record of the delivery itself is public
        then = {hit.uid for hit in records.search(tx, SearchQuery(limit=1000, as_of=DAY + 1)).hits}
        assert then & set(world.marking_of) == set(allowed)


def points_where_the_rule_allows(world: World, store: Store, access: Access) -> None:
    """A pointer stands for what may be known of and not read; never for more."""
    decided = store.policy.may_know(access, MARKINGS, today=TODAY, standing=world.standing)
    readable = store.policy.readable_fields(access, MARKINGS, today=TODAY, standing=world.standing)
    expected = {m for m, know, read in zip(MARKINGS, decided, readable, strict=True) if know and not read}
    with store.reading(access) as tx:
        known = store.markings(tx)
        assert {known[key] for key in pointers.knowable(tx)} & set(MARKINGS) == expected
        tx.note(Event.OVERVIEW_READ)


@settings(LAW, max_examples=15)
@example(access=ANALYST)
@given(access=accesses)
def test_single_reads_links_and_exports_obey_the_same_rule(world: World, access: Access) -> None:
    allowed = world.readable(access)
    store, policy = world.center.store, world.center.policy
    if not policy.may(access, Permission.RECORD_READ, today=TODAY):
        return
    for uid in list(world.marking_of)[::7]:
        if uid in allowed:
            with store.reading(access) as tx:
                assert records.get(tx, uid).uid == uid
                others = {link.other.uid for link in records.links(tx, uid)}
                assert others <= set(allowed)
        else:
            with pytest.raises(NotFound), store.reading(access) as tx:
                records.get(tx, uid)
    if policy.may(access, Permission.RECORD_EXPORT, today=TODAY):
        with store.reading(access) as tx:
            exported = {view.uid for view in records.export(tx, WIDE)}
        assert exported & set(world.marking_of) == set(world.listed(access, policy))


def test_the_law_is_tested_on_readers_who_see_some_but_not_all(world: World) -> None:
    seen = len(world.readable(ANALYST))
    assert 0 < seen < len(world.marking_of)
    with world.center.store.reading(OPERATOR) as tx:
        assert not tx.scope.with_class(FieldClass.NARRATIVE) - tx.scope.visible
        tx.note(Event.OVERVIEW_READ)


def test_as_of_views_are_filtered_too(world: World) -> None:
    allowed = world.readable(ANALYST)
    with world.center.store.reading(ANALYST) as tx:
        then = {hit.uid for hit in records.search(tx, SearchQuery(limit=1000, as_of=DAY + 1)).hits}
        before = records.search(tx, SearchQuery(limit=1000, as_of=DAY - 1)).hits
    assert then & set(world.marking_of) == set(allowed)
    assert not before
