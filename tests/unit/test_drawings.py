"""Drawings: every bar ends where the next begins, every dot lies on its scale, every node has its letter."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.web.drawings.cluster import RADIUS, SIDE, draw_cluster
from tessera.web.drawings.curves import curve, ticks
from tessera.web.drawings.lifeline import DAY_MS, lifeline
from tessera.web.drawings.scale import WIDTH, Scale, spanning
from tessera.web.drawings.waterfall import lay_out

WEIGHTS = st.lists(st.floats(-30, 30), min_size=1, max_size=12)


@given(WEIGHTS)
def test_each_bar_starts_where_the_last_one_ended(weights: list[float]) -> None:
    drawn = lay_out(weights, {"same": 8.0, "review": 0.0})
    before = drawn.zero
    for bar in drawn.bars:
        assert before == pytest.approx(bar.left, abs=0.03) or before == pytest.approx(bar.left + bar.width, abs=0.03)
        assert bar.left == pytest.approx(min(before, bar.end), abs=0.03)
        before = bar.end
    assert drawn.bars[-1].total == pytest.approx(math.fsum(weights), abs=1e-6)


@given(WEIGHTS)
def test_nothing_of_a_waterfall_lies_outside(weights: list[float]) -> None:
    drawn = lay_out(weights, {"same": 8.0})
    ends = [drawn.zero, *drawn.marks.values(), *(b.left for b in drawn.bars), *(b.left + b.width for b in drawn.bars)]
    assert all(-0.03 <= end <= WIDTH + 0.03 for end in ends)


def test_a_bar_says_which_side_it_speaks_for() -> None:
    assert [bar.tone for bar in lay_out([2.0, -1.0, 0.0], {}).bars] == ["for", "against", "nothing"]


def test_a_scale_holds_equal_values_and_none() -> None:
    assert spanning([5.0, 5.0]).at(5.0) == WIDTH / 2
    assert spanning([]).at(0.0) == WIDTH / 2


@pytest.mark.parametrize("count", [1, 2, 7, 30])
def test_nodes_lie_apart_within_the_square(count: int) -> None:
    drawn = draw_cluster(list(range(count)), [(0, count - 1)])
    assert len({spot.letter for spot in drawn.spots}) == count
    assert all(RADIUS <= spot.x <= SIDE - RADIUS and RADIUS <= spot.y <= SIDE - RADIUS for spot in drawn.spots)
    assert drawn.letters[0] == "A"


def test_a_chain_lies_along_the_circle() -> None:
    drawn = draw_cluster(list("abcde"), [("a", "c"), ("c", "e"), ("e", "b"), ("b", "d")])
    spots = {spot.node: spot for spot in drawn.spots}
    near = math.dist((spots["a"].x, spots["a"].y), (spots["c"].x, spots["c"].y))
    for left, right in (("c", "e"), ("e", "b"), ("b", "d")):
        far = math.dist((spots[left].x, spots[left].y), (spots[right].x, spots[right].y))
        assert far == pytest.approx(near, abs=0.3)
    assert [spot.letter for spot in drawn.spots] == list("ABCDE")


def test_a_line_goes_from_rim_to_rim() -> None:
    drawn = draw_cluster(["a", "b"], [("a", "b")])
    (line,) = drawn.lines
    far = math.dist((drawn.spots[0].x, drawn.spots[0].y), (drawn.spots[1].x, drawn.spots[1].y))
    assert math.dist((line.x1, line.y1), (line.x2, line.y2)) == pytest.approx(far - 2 * RADIUS, abs=0.3)


def test_a_lifeline_has_a_lane_for_each_source_that_says_when() -> None:
    drawn = lifeline([("police", [(0, "r1"), (400 * DAY_MS, "r2")]), ("health", [(100 * DAY_MS, "r3")]), ("none", [])])
    assert drawn is not None
    assert [lane.label for lane in drawn.lanes] == ["police", "health"]
    first, last = (x for x, _ in drawn.lanes[0].dots)
    assert 0 < first < drawn.lanes[1].dots[0][0] < last < WIDTH
    assert 2 <= len(drawn.ticks) <= 7
    assert [x for x, _ in drawn.ticks] == sorted(x for x, _ in drawn.ticks)


def test_a_lifeline_of_one_instant_has_room_and_of_none_is_none() -> None:
    drawn = lifeline([("police", [(0, "r1")])])
    assert drawn is not None
    assert drawn.lanes[0].dots[0][0] == WIDTH / 2
    assert lifeline([("police", [])]) is None


def test_a_curve_runs_from_everything_above_to_nothing_below() -> None:
    across = Scale(low=0, high=10)
    assert curve([(0, 1.0), (10, 0.0)], across) == "0.0,0.0 100.0,40.0"
    assert ticks(across) == [(0.0, 0), (20.0, 2), (40.0, 4), (60.0, 6), (80.0, 8), (100.0, 10)]
