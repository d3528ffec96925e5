"""The map: hexagons, points and a time line of what a search finds."""

from dataclasses import replace
from typing import Annotated

from fastapi import Query

from tessera.api.needs import Door
from tessera.api.questions import WHOLE_WORLD, MapSearch
from tessera.api.record_answers import MapView
from tessera.api.visits import Here
from tessera.model.access import Permission
from tessera.store import maps

door = Door("Map")


@door.get("/map", need=Permission.RECORD_READ, answers=MapView)
def view(visit: Here, asked: Annotated[MapSearch, Query()]) -> MapView:
    """Draw what a search finds within its box."""
    question = asked.question()
    # with a box, only what may be seen on a map at all is counted: records whose place is masked stay out
    question = replace(question, box=question.box or WHOLE_WORLD)
    with visit.store.reading(visit.access) as tx:
        return MapView.of(maps.view(tx, question, zoom=asked.zoom))
