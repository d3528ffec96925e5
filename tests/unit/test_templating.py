import pytest
from markupsafe import Markup

from tessera.web.templating import ago, highlight, link, matches, moment, percent, size, without

MINUTE = 60_000


def test_highlighting_escapes_what_it_marks_and_what_it_does_not() -> None:
    assert highlight("<b>Main</b> & <i>", ("main",)) == Markup("&lt;b&gt;<mark>Main</mark>&lt;/b&gt; &amp; &lt;i&gt;")


@pytest.mark.parametrize(("text", "wanted"), [("Núñez", ("nunez",)), ("MAIN st", ("main",)), ("Mainline", ("main*",))])
def test_folded_words_and_beginnings_are_found(text: str, wanted: tuple[str, ...]) -> None:
    assert matches(text, wanted)


def test_a_word_is_not_found_inside_another() -> None:
    assert not matches("Remaining", ("main",))


@pytest.mark.parametrize(
    ("elapsed", "said"),
    [
        (0, "just now"),
        (MINUTE, "1 min ago"),
        (59 * MINUTE, "59 min ago"),
        (60 * MINUTE, "1 h ago"),
        (2880 * MINUTE, "2 d ago"),
    ],
)
def test_ages_are_said_in_their_largest_unit(elapsed: int, said: str) -> None:
    assert ago(1_000, 1_000 + elapsed) == said


def test_an_instant_is_written_in_universal_time_with_its_machine_form() -> None:
    assert 'datetime="1970-01-01T00:00:00Z">1970-01-01 00:00<' in moment(0)


def test_nothing_is_said_for_no_instant() -> None:
    assert "time" not in moment(None)


def test_a_share_just_below_one_is_not_rounded_to_all() -> None:
    assert percent(0.9999) == "99\N{NO-BREAK SPACE}%"


def test_sizes_up_to_terabytes_have_their_unit() -> None:
    assert [size(n) for n in (0, 1023, 2048, 5 * 1024**2, 3 * 1024**4)] == [
        "0 B",
        "1,023 B",
        "2.0 kB",
        "5.0 MB",
        "3.0 TB",
    ]


def test_a_link_leaves_empty_parameters_out_and_escapes() -> None:
    assert link("/search", [("q", "a&b"), ("since", "")], kind="x y") == "/search?q=a%26b&kind=x+y"


def test_removing_one_choice_keeps_the_others_and_starts_at_the_first_page() -> None:
    params = [("kind", "call"), ("kind", "person"), ("cursor", "z")]
    assert without("/search", params, "kind", "call") == "/search?kind=person"
