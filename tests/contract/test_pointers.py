"""A pointer names whom to ask and tells nothing else, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
import regions
from regions import ANALYST, AUDITOR, DEPUTY, POLICE, deliver, rows

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.marking import Hold, Marking, Regime, Sensitivity, Tlp
from tessera.model.record import SearchPage, SearchQuery
from tessera.model.request import RequestState
from tessera.store import auditing, maps, parties, pointers, records, remarking, requests, tables
from tessera.store.events import Event

CLOSED = Marking(sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.AMBER_STRICT, regimes=frozenset({Regime.CJI, Regime.PII}))
ASKING = replace(ANALYST, need_to_know="case 26-114")
OWNER = replace(DEPUTY, actor=replace(DEPUTY.actor, groups=frozenset({"law-enforcement", "cji-cleared"})))
STRANGER = Access(actor=regions.actor("lee", "hospital", Role.PARTNER), purpose=Purpose.PUBLIC_HEALTH)
ROWS = rows("A1,2026-03-01 10:00,burglary,rear window broken,39.16,-75.52,Elena Munoz,302-555-0143,41")


def plant(center: Center, marking: Marking = CLOSED, content: bytes = ROWS, name: str = "closed-feed") -> None:
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, regions.source(name, of="sheriff", marking=marking))
    deliver(center, content, source=name)


def ask(center: Center, text: str, access: Access = ASKING, **filters: object) -> tuple[str, ...]:
    query = replace(SearchQuery(text=text), **filters)  # type: ignore[arg-type]
    with center.store.reading(access) as tx:
        assert not records.search(tx, query).hits
        return tuple(name for name, _, _ in pointers.ask(tx, query).owners)


def test_a_question_by_name_learns_whom_to_ask_and_nothing_else(center: Center) -> None:
    plant(center)
    assert ask(center, "elena munoz") == ("sheriff",)
    plant(center, name="another-feed")
    assert ask(center, '"Elena Muñoz"') == ("sheriff",)


@pytest.mark.parametrize(
    "text",
    ["elena", "munoz*", "elena OR munoz", "elena munoz -burglary", "elena smith", "rear window", "e*", '"munoz elena"'],
)
def test_what_could_feel_its_way_forward_learns_nothing(center: Center, text: str) -> None:
    plant(center)
    assert ask(center, text) == ()


@pytest.mark.parametrize(
    "filters",
    [{"kinds": ("person",)}, {"sources": ("open-feed",)}, {"since": 0}, {"until": 2**41}, {"near": (39, -75, 9.0)}],
)
def test_a_filter_would_tell_kind_time_or_place_so_it_gets_no_pointer(
    center: Center, filters: dict[str, object]
) -> None:
    plant(center)
    assert ask(center, "elena munoz", ASKING, **filters) == ()


@pytest.mark.parametrize(
    "reader",
    [
        ANALYST,
        replace(ASKING, purpose=Purpose.SITUATIONAL_AWARENESS),
        replace(ASKING, actor=replace(ASKING.actor, groups=frozenset({"cji-cleared"}))),
        replace(ASKING, actor=replace(ASKING.actor, trained_until="2020-01-01")),
        replace(ASKING, actor=replace(ASKING.actor, roles=frozenset({Role.DATA_SCIENTIST}))),
    ],
)
def test_who_has_no_need_or_no_right_to_know_gets_no_pointer(center: Center, reader: Access) -> None:
    plant(center)
    assert ask(center, "elena munoz", reader) == ()


@pytest.mark.parametrize("regime", [Regime.CFR42_2, Regime.JUVENILE, Regime.OPERATIONS, Regime.PCII, Regime.PHI])
def test_health_operations_and_juveniles_are_never_pointed_to(center: Center, regime: Regime) -> None:
    plant(center, replace(CLOSED, regimes=frozenset({regime, Regime.PII})))
    assert ask(center, "elena munoz") == ()


@pytest.mark.parametrize("hold", Hold)
def test_what_is_held_is_not_pointed_to(center: Center, hold: Hold) -> None:
    plant(center)
    with center.store.writing(OWNER) as tx:
        keys = list(tx.connection.execute(tables.record.select()).scalars())
        remarking.remark(tx, keys, lambda m: replace(m, holds=frozenset({hold})), reason="held")
    assert ask(center, "elena munoz") == ()


def test_pointers_are_counted_and_limited(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(center)
    monkeypatch.setattr(pointers, "PER_HOUR", 2)
    assert ask(center, "elena munoz") == ask(center, "elena munoz") == ("sheriff",)
    with center.store.reading(ASKING) as tx:
        records.search(tx, SearchQuery(text="nobody here"))
        assert pointers.ask(tx, SearchQuery(text="nobody here")) == pointers.Pointed(limited=True)
    assert ask(center, "elena munoz") == ()
    with center.store.reading(AUDITOR) as tx:
        entry = auditing.entries(tx, event=Event.POINTER_ASKED.value)[-1]
    assert entry.details == {"question": "elena munoz", "owners": ["sheriff"]}


def everything(center: Center, access: Access) -> object:
    """What the doors would say, without identifiers of this run's own making."""
    seen: list[object] = []
    for text in ("", "munoz", "elena munoz", "burglary"):
        query = SearchQuery(text=text, kinds=("incident", "person"))
        with center.store.reading(access) as tx:
            page: SearchPage = records.search(tx, query)
            seen += [page, records.facets(tx, query), maps.view(tx, query, zoom=9)]
            seen.append(records.export(tx, replace(query, kinds=("incident",), limit=1000)))
    return seen


@pytest.mark.parametrize("reader", [ANALYST, ASKING, STRANGER])
def test_a_hidden_record_changes_no_count_facet_order_map_or_export(center: Center, reader: Access) -> None:
    deliver(
        center,
        rows("B1,2026-03-01 10:00,noise,loud music,39.16,-75.52,Elena Munoz,302-555-0143,41"),
        source="open-feed",
    )
    before = everything(center, reader)
    plant(center, replace(CLOSED, sensitivity=Sensitivity.RESTRICTED))
    assert everything(center, reader) == before


def send(center: Center, by: Access = ASKING, **changed: str) -> UUID:
    given = {"owner": "sheriff", "question": "elena munoz", "why": "a pattern of burglaries", "call_back": "x 114"}
    with center.store.writing(by) as tx:
        return requests.create(tx, **(given | changed)).uid


def test_the_owner_sees_what_a_request_meets_and_releases_it_to_who_asked(center: Center) -> None:
    plant(center, POLICE | CLOSED)
    uid = send(center)
    with center.store.reading(OWNER) as tx:
        (met,) = requests.meets(tx, uid)
    with center.store.writing(OWNER) as tx:
        done = requests.release(tx, uid, [met.uid], "Please call before you act on it")
    assert done.state is RequestState.RELEASED
    with center.store.reading(ASKING) as tx:
        assert requests.get(tx, uid).answer == "Please call before you act on it"
        assert [hit.uid for hit in records.search(tx, SearchQuery(text="elena munoz")).hits] == [met.uid]
    with pytest.raises(Conflict), center.store.writing(OWNER) as tx:
        requests.answer(tx, uid, RequestState.REFUSED, "no")


def test_a_request_about_something_and_one_about_nothing_look_alike_to_who_asks(center: Center) -> None:
    plant(center)
    some, none = send(center), send(center, question="nobody known")
    for uid in (some, none):
        with center.store.writing(OWNER) as tx:
            requests.answer(tx, uid, RequestState.REFUSED, "No.")
    with center.store.reading(ASKING) as tx:
        one, other = (requests.get(tx, uid) for uid in (some, none))
    like = {"uid": one.uid, "at": 0, "answered_at": 0, "question": ""}
    assert replace(one, **like) == replace(other, **like)  # type: ignore[arg-type]


def test_only_the_owner_answers_and_only_the_two_sides_see_it(center: Center) -> None:
    plant(center)
    uid = send(center)
    with pytest.raises(NotAllowed), center.store.reading(ASKING) as tx:
        requests.meets(tx, uid)
    for wrong in (uid, uuid4()):
        with pytest.raises(NotFound), center.store.reading(STRANGER) as tx:
            requests.get(tx, wrong)


def test_a_request_needs_a_need_to_know_and_another_agency(center: Center) -> None:
    with pytest.raises(Invalid, match="need to know"):
        send(center, ANALYST)
    for owner in ("fusion-unit", "no-agency"):
        with pytest.raises(Invalid, match="other agency"):
            send(center, owner=owner)
    with pytest.raises(Invalid, match="why is empty"):
        send(center, why=" ")


def test_nothing_of_another_owner_is_released(center: Center) -> None:
    plant(center, replace(CLOSED, owners=frozenset({"sheriff", "hospital"}), releasable_to=frozenset({"sheriff"})))
    uid = send(center, question="burglary")
    with center.store.reading(OWNER) as tx:
        met = requests.meets(tx, uid)
    with pytest.raises(NotAllowed, match="hospital"), center.store.writing(OWNER) as tx:
        requests.release(tx, uid, [view.uid for view in met], "here")
