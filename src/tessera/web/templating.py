"""How pages are written: the templates, with the few words and figures they need."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from re import compile as pattern
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tessera.clock import isoformat, to_datetime
from tessera.model.access import Permission, Purpose
from tessera.model.locator import Locator
from tessera.model.marking import Marking
from tessera.trust import cui
from tessera.trust.account_life import LOCK_AFTER
from tessera.web.assets import Assets
from tessera.web.languages import language
from tessera.web.weights import bits, chance

TEMPLATES = Path(__file__).parent / "templates"
AGES = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"))
STEP = 1024
SMALL = 10
_WORD = pattern(r"\w+")
_INSTANT = pattern(r"\b(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?(?!\w)")


def make_templates(assets: Assets, *, handling: Callable[[Marking], str]) -> Environment:
    """Set Jinja up. `handling` writes a marking short, to stand beside one piece."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "ago": ago,
        "bits": bits,
        "chance": chance,
        "clock": clock,
        "day": day,
        "handling": handling,
        "highlight": highlight,
        "language": language,
        "matches": matches,
        "moment": moment,
        "number": number,
        "percent": percent,
        "placed": placed,
        "portion": cui.portion,
        "size": size,
        "timed": timed,
        "timely": timely,
        "words": words,
    }
    made.globals |= {
        "LOCKS_AFTER_MS": LOCK_AFTER,
        "PURPOSES": tuple(Purpose),
        "Permission": Permission,
        "cui": cui,
        "link": link,
        "params_of": params_of,
        "scripts": assets.scripts,
        "styles": assets.styles,
        "without": without,
    }
    return made


def moment(millis: int | None) -> Markup:
    """Write an instant (milliseconds UTC) to the minute; a dash for nothing."""
    if millis is None:
        return Markup('<span class="t-none">—</span>')
    text = to_datetime(millis).strftime("%Y-%m-%d %H:%M")
    return Markup('<time datetime="{}">{}<abbr title="Universal time">Z</abbr></time>').format(isoformat(millis), text)


def day(millis: int | None) -> str:
    """Write the day of an instant in universal time as an ISO date."""
    return "" if millis is None else to_datetime(millis).strftime("%Y-%m-%d")


def ago(millis: int | None, now: int) -> str:
    """Say how long ago an instant was.

    >>> ago(0, 7_200_000)
    '2 h ago'
    """
    if millis is None:
        return "never"
    for length, unit in AGES:
        if now - millis >= length:
            return f"{(now - millis) // length:,} {unit} ago"
    return "just now"


def number(value: float) -> str:
    """Write a count with thousands apart.

    >>> number(1234567)
    '1,234,567'
    """
    return f"{value:,}"


def placed(locator: str) -> str:
    """Say in words where a record stands in its file; a locator that says nothing of that stands for itself.

    >>> placed("#page=2&passage=4"), placed("calls.csv#R12")
    ('page 2, passage 4', 'calls.csv#R12')
    """
    return Locator.read(locator.partition("#")[2]).in_words() or locator


def percent(share: float | None) -> str:
    r"""Write a share between 0 and 1 as whole percent; never 100 % where something is missing.

    >>> percent(0.9999), percent(1.0)
    ('99\xa0%', '100\xa0%')
    """
    return "—" if share is None else f"{int(share * 100)}\N{NO-BREAK SPACE}%"


def clock(seconds: float) -> str:
    """Write a moment of a recording as minutes and seconds.

    >>> clock(75.4)
    '1:15'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def size(count: int) -> str:
    """Write bytes in the unit a person would use.

    >>> size(512), size(1536)
    ('512 B', '1.5 kB')
    """
    value, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < STEP or unit == "TB":
            break
        value /= STEP
    return f"{value:.1f} {unit}" if value < SMALL and unit != "B" else f"{value:,.0f} {unit}"


def timely(line: str) -> str:
    """Write the instants in a line as the clock on the wall showed them, to the minute.

    >>> timely("theft · 2026-03-01T14:05:09-05:00")
    'theft · 2026-03-01 14:05'
    """
    return _INSTANT.sub(r"\1 \2", line)


def timed(value: str) -> str:
    """Write a value that is an instant with the clock on the wall and its distance from universal time.

    >>> timed("2026-03-01T14:05:00+05:30"), timed("2026-03-01T14:05:09Z"), timed("at 2026-03-01T14:05:09Z")
    ('2026-03-01 14:05 UTC+5:30', '2026-03-01 14:05:09 UTC', 'at 2026-03-01T14:05:09Z')
    """
    found = _INSTANT.fullmatch(value)
    if found is None:
        return value
    day_part, clock, seconds, zone = found.groups(default="")
    return f"{day_part} {clock}{'' if seconds == ':00' else seconds}{_distance(zone)}"


def _distance(zone: str) -> str:
    if not zone or zone in {"Z", "+00:00"}:
        return " UTC" if zone else ""
    sign = "\N{MINUS SIGN}" if zone[0] == "-" else "+"
    return f" UTC{sign}{int(zone[1:3])}{'' if zone.endswith(':00') else zone[3:]}"


def words(name: str) -> str:
    """Turn a short name into words.

    >>> words("public-health")
    'public health'
    """
    return name.replace("-", " ").replace("_", " ")


def highlight(text: str, wanted: Sequence[str]) -> Markup:
    """Mark the words that were asked for. They are folded; one that ends in `*` is a beginning.

    >>> highlight("Núñez & son", ("nunez",))
    Markup('<mark>Núñez</mark> &amp; son')
    """
    parts, end = [Markup()], 0
    for found in _WORD.finditer(text):
        if _is_wanted(found.group(), wanted):
            parts += [escape(text[end : found.start()]), Markup("<mark>{}</mark>").format(found.group())]
            end = found.end()
    return Markup().join([*parts, escape(text[end:])])


def matches(text: str, wanted: Sequence[str]) -> bool:
    """Claim that at least one of the words occurs."""
    return any(_is_wanted(found.group(), wanted) for found in _WORD.finditer(text))


def link(path: str, params: Iterable[tuple[str, str]], drop: Sequence[str] = (), **changes: str) -> str:
    """Write an address: the parameters without `drop` and empty ones, with `changes` in place of what they name.

    >>> link("/search", [("q", "main st"), ("cursor", "x")], drop=("cursor",), kind="person")
    '/search?q=main+st&kind=person'
    """
    kept = [(name, value) for name, value in params if value and name not in drop and name not in changes]
    query = urlencode(kept + [(name, value) for name, value in changes.items() if value])
    return f"{path}?{query}" if query else path


def without(path: str, params: Iterable[tuple[str, str]], name: str, value: str) -> str:
    """Write an address that lacks one choice, and starts at the first page.

    >>> without("/search", [("kind", "person"), ("kind", "vehicle")], "kind", "person")
    '/search?kind=vehicle'
    """
    return link(path, [pair for pair in params if pair != (name, value)], drop=("cursor", "facets"))


def params_of(params: Iterable[tuple[str, str]], name: str) -> str:
    """Give the first value of a parameter, or nothing."""
    return next((value for key, value in params if key == name), "")


def _is_wanted(word: str, wanted: Sequence[str]) -> bool:
    folded = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn")
    return any(folded.startswith(w[:-1]) if w.endswith("*") else folded == w for w in wanted)
