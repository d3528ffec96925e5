"""The public feed of calls for service, with the storm week and the overdose cluster in it."""

from tessera.demo.draw import Draw
from tessera.demo.feed import Feed, Row, Step, World, case_year
from tessera.demo.formats import Cell
from tessera.demo.moments import CLUSTER, STORM, Moment
from tessera.demo.words import COMMON_OFFENCES, NOTE, OFFENCES

_SERVICE = ("MED",) * 9 + ("TRAF",) * 8 + ("ACC",) * 5 + ("ALRM",) * 6 + ("SUSP",) * 5 + ("WELF",) * 5 + ("FIRE", "OD")
_STORM = ("WIRE",) * 4 + ("TREE",) * 6 + ("FLOD",) * 4 + ("ALRM", "ACC", "WELF")
_OUTCOMES = ("RPT", "RPT", "ADV", "ADV", "ADV", "GOA", "CNC", "ARR")
_COLUMNS = (
    "call_no", "received", "dispatched", "cleared", "type_code", "priority", "block", "town", "county", "lat", "lon",
    "disposition", "note",
)  # fmt: skip


def _type_code(draw: Draw, moment: Moment) -> str:
    if moment.day in STORM and draw.chance(0.72):
        return draw.pick(_STORM)
    if moment.day in CLUSTER and draw.chance(0.25):
        return "OD"
    return draw.pick(_SERVICE) if draw.chance(0.7) else str(OFFENCES[draw.pick(COMMON_OFFENCES)][1])


def _call(world: World, draw: Draw, step: Step) -> Row:
    days = world.calendar
    received = days.moment(draw, step.share, "storm")
    spot = world.spot(draw, "Kent" if draw.chance(0.9) else "")
    reached = days.after(received, 60 + draw.below(900))
    cells: list[Cell] = [
        f"DC{case_year(world, received)}-{step.number:07d}",
        days.iso(received),
        days.iso(reached) if draw.chance(0.96) else "",
        days.iso(days.after(reached, 300 + draw.below(7200))) if draw.chance(0.94) else "",
        _type_code(draw, received),
        1 + draw.below(4),
        f"{spot.number // 100 * 100 or 100} block {spot.street}",
        spot.town.name,
        spot.town.county,
        spot.latitude,
        spot.longitude,
        draw.pick(_OUTCOMES),
        NOTE,
    ]
    return Row(cells, ("call-for-service",), 0, ())


def _correct(cells: list[Cell]) -> None:
    cells[5] = 1
    cells[11] = "ARR" if cells[11] == "RPT" else "RPT"


CALLS = Feed(
    source="dover-public-calls",
    filename="invented-dover-calls.csv",
    columns=_COLUMNS,
    share=0.26,
    per_row=1,
    make=_call,
    key="call_no",
    date="received",
    bad_date="2026-02-31 14:05:00",
    code="type_code",
    place=("lat", "lon"),
    correct=_correct,
)
