"""License plates: behind a word for them, beside a state, or in a text that tells of a vehicle."""

# ruff: noqa: SIM905 - a long list of words reads better as words

import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look, Near
from tessera.extract.mentions.plate_states import STATED, careless_state, state_behind, state_of
from tessera.extract.mentions.rule import Hit, Rule, before
from tessera.extract.mentions.vehicle_words import BODIES, COLORS, MAKERS, MODELS
from tessera.model.found import MentionType
from tessera.resolution.letters import letters_and_digits
from tessera.resolution.usps import STATES

_PLATE_WORD: Final = r"(?:license\s(?:plate|tag)s?|lic(?:ense|\.)?\s(?:plate|tag)s?|plates?|tags?|reg(?:istration|\.)?|lic\.?|lpr?|LPR?|LP)"
_PLATE = re.compile(
    rf"(?P<word>(?i:{_PLATE_WORD}))(?P<between>(?:\s{{0,3}}(?:\"\s?:|\#|:|=|/|(?i:uhh?|umm?|er|like|maybe|i think|it's|its|that's|looks like|starts with|comes back|came up|no\.?|number|num|nos\.?|of|is|was|are|reads?|reading|bearing|came back as|hit on|hit|down|displayed|displaying|on (?:the|his|her|their|a) [a-z]{3, 12}|"
    rf"partial(?:ly)?|possibly|state|returned|with|on it)(?![\w])|\((?:{STATED})\)|(?:{STATED})\b\.?(?:\s?[/:,-])?|[,-])){{0,6}})\s{{0,3}}[\"'“]?"
    r"(?P<plate>(?:[A-Z0-9][ -]){4,7}[A-Z0-9](?![A-Za-z0-9])|[A-Z]\d{3,5}-[A-Z](?!\w)|(?:(?:[a-z] ){2,4}|\d )(?:[a-z0-9] ){2,5}\d(?![A-Za-z0-9])|[A-Z0-9]{1,4}[ -][A-Z0-9]{1,6}(?:[ -][A-Z0-9]{1,4})?|[A-Z0-9]{2,8}|(?=[a-z]*\d)[a-z0-9]{4,8})(?![\w]|-\w|['’]s|/)",
    re.ASCII,
)
_LAST_STATE = re.compile(
    rf".*\b(?P<state>{STATED})\b(?:[^;,\n]{{0,20}}|\s(?i:license plate|plate|tag|reg),\s)\Z(?P<last>)", re.ASCII
)
_NEXT_STATE = re.compile(
    rf"(?:\",\s?\"\w{{0,12}}(?:state|st)\"\s?:\s?\"|\s?[,;|(]\s?(?:(?i:state|st|reg)\.?[:\s]\s?)?|\s(?:out of|from)\s|\s{{1,4}}(?i:st|state|iss)\.?\s?[:=]?\s{{0,3}})(?P<state>{STATED})(?=[\s.,;)|\"]|\Z)|\s(?:LIS/|(?!(?:IN|OR|ME|HI|OK)\b)(?!(?:{STATED})\s[A-Z0-9])(?=[\w. ]{{2,20}}?(?:[.,;)]|\Z|\s(?:conf|exp|temp|on|plate|tag|reg|w/|with|which|that|is|was|came|returns?|returned|comes|registered|and|parked|headed|NB|SB|EB|WB|no)\b)))(?P<last>{STATED})(?=[.,;)\s]|\Z)",
    re.ASCII,
)
_STATE_BEFORE = re.compile(rf"\b(?:{STATED})\s\Z", re.ASCII)
_BEARING = re.compile(
    rf"(?i:(?:bearing|displaying|with)\s)(?:{STATED})\s(?P<plate>[A-Z0-9]{{1,4}}[ -][A-Z0-9]{{1,5}}|[A-Z0-9]{{4,8}})(?![\w-])",
    re.ASCII,
)
_MEASURES = re.compile(
    r"(?i)\s?(?:percent|%|mm|cm|inch|feet|ft|lbs?|pounds|dollars|tables?|people|years?|days?|hours?|hrs|guests|am|pm|a\.m|p\.m|sale)\b"
)
_PRICE = re.compile(
    r"(?i)\b(?:price|hash|name|dog|toe|dinner|home|tectonic|steel|armor|metal|gift|ear|luggage|skin|voter|class|course|fire|copper|service|triage|asset|inventory|property|claim|bag|baggage|evidence|key|tool|cattle|deer|kennel|rabies|body|equipment)\s\Z"
)
_OTHER_PLATE: Final = frozenset(
    [
        "AND",
        "THE",
        "FOR",
        "NOT",
        "WAS",
        "HAS",
        "HAD",
        "NO",
        "IN",
        "ON",
        "AT",
        "TO",
        "OF",
        "OR",
        "BY",
        "AS",
        "IS",
        "IT",
        "HE",
        "SHE",
        "FROM",
        "WITH",
        "CAME",
        "BACK",
        "OUT",
        "OFF",
        "UNK",
        "UNKNOWN",
        "NONE",
        "STOLEN",
        "EXPIRED",
        "TEMP",
        "PAPER",
        "DEALER",
        "NOPLATE",
    ]
)
_PLATE_LENGTHS: Final = range(4, 9)


def _plates(look: Look) -> Iterator[Hit]:
    for start, _ in look.places(_PLATE_STARTS):
        match = _PLATE.match(look.text, start)
        if match and match.end("word") < match.start("plate") and not _PRICE.search(before(match, 16)):
            yield from _plate_in(match, look.text)
    for start, _ in look.places(_BEARING_STARTS):
        if match := _BEARING.match(look.text, start):
            yield from _plate_in(match, look.text)


def _plate_in(match: re.Match[str], text: str) -> Iterator[Hit]:
    """Take letters and figures behind a word for plates; letters alone only where nothing stands between."""
    start, end = match.span("plate")
    said = _trimmed(match["plate"])
    value = letters_and_digits(said)
    end = start + len(said)
    if value in _OTHER_PLATE or value.endswith(("CFR", "USC")) or _MEASURES.match(text[end : end + 10]):
        return
    digits = sum(c.isdigit() for c in value)
    told = bool(match.groupdict().get("between", "x").strip(" "))
    stated = _STATE_BEFORE.search(text[max(0, match.start() - 16) : match.start()]) is not None
    if digits and len(value) in _PLATE_LENGTHS and (digits >= 2 or told or stated or len(value) >= 5):  # noqa: PLR2004 - a house number has no letters
        if value.isdigit() and not stated and (match.groupdict().get("word") or "").lower() in {"tag", "tags"}:
            front, further = text[max(0, match.start() - 80) : match.start()], text[end : end + 40]
            if (
                _HARDWARE.search(front)
                or _DESTINATION.search(front)
                or _is_counted(int(value), front[-40:] + "|" + further)
            ):
                return
        if value.isdigit() and not (told or stated or _is_plate_word(match)):
            return
        yield start, end, _with_state(text, match, end, value)
    elif (
        said.isalpha()
        and said.isupper()
        and len(said) in _WORD_LENGTHS
        and not text.isupper()
        and _VANITY.search(text[max(0, match.start() - 24) : match.start()])
    ):
        yield start, end, _with_state(text, match, end, value)


_VANITY: Final = re.compile(r"(?i)\b(?:vanity|personali[sz]ed|custom)\s(?:(?:license|lic\.?)\s)?\Z")
_WORD_LENGTHS: Final = range(4, 9)
_HARDWARE: Final = re.compile(
    r"(?i)\b(?:laptops?|computers?|desktops?|servers?|wlan|lan|mac|monitors?|printers?|routers?|switch(?:es)?|tablets?|imei|thinkpad|dell|lenovo|chromebooks?|projectors?|radios?|body ?cam(?:era)?s?)\b"
)
_DESTINATION: Final = re.compile(r"(?i)(?:\bdest(?:ination)?\.?|\b\w{25,})\W{0,3}\Z")
"""In front of the tag of a payment: an address of the XRP Ledger, or the word."""
_COUNT: Final = re.compile(r"(?i)\btag\s#?(\d{1,8})\b")


def _is_counted(number: int, near: str) -> bool:
    """Say whether tags near are numbered on: tag 0042, tag 0043."""
    return any(0 < abs(int(other) - number) <= _NEXT for other in _COUNT.findall(near))


_NEXT: Final = 3


def _with_state(text: str, match: re.Match[str], end: int, value: str) -> str:
    """Put the state in front that the text names before or behind the plate."""
    near = (text[max(0, match.start() - 24) : match.start("plate")], text[end : end + 32])
    found = _LAST_STATE.search(near[0]) or _NEXT_STATE.match(near[1])
    state = (
        state_of(found["state"] or found["last"])
        if found
        else careless_state(text[max(0, match.start() - 24) : match.start()]) or state_behind(near[1])
    )
    return f"{state} {value}" if state else value


def _is_plate_word(match: re.Match[str]) -> bool:
    word = (match.groupdict().get("word") or "").lower()
    return "plate" in word or "tag" in word


def _trimmed(said: str) -> str:
    """Leave out a last word that is no part of a plate, such as a state."""
    words = re.split(r"([ -])", said)
    if len(words) > 2 and words[-1].isalpha() and state_of(words[-1]) and any(c.isdigit() for c in "".join(words[:-2])):  # noqa: PLR2004 - two words
        kept = "".join(words[:-2])
        return kept if len(letters_and_digits(kept)) >= 5 else said  # noqa: PLR2004 - the state may be part of it
    return said


_PLATE_STARTS: Final = frozenset(
    ["license", "lic", "plate", "plates", "tag", "tags", "registration", "reg", "lp", "lpr"]
)
_BEARING_STARTS: Final = frozenset({"bearing", "displaying", "with"})

_SHAPES: Final = (
    r"[A-Z]{3}[ -]?\d{3,4}|[A-Z]{3}[ -]?[A-Z]\d{2}|[A-Z]{3}[ -]?\d[A-Z]\d|[A-Z]{4}[ -]?\d{2}|\d[A-Z]{2}[ -]?\d{4}|\d[A-Z]{3}\d{3}|[A-Z]\d{2}[ -][A-Z]{3}|[A-Z]\d{2}[A-Z]{3}|"
    r"\d{3}[ -]?[A-Z]{3}|\d[A-Z]\d[ -]?\d{3}|[A-Z]{3}\d[A-Z]\d|[A-Z]{2}\d{2}[ -]?[A-Z]{3}|\d{4}[ -]?[A-Z]{2}|\d{2}[A-Z][ -]?\d{3}"
)
"""How states make their plates; and Britain."""
_LOOSE: Final = r"[A-Z]{1,2}[ -]?\d{4,6}|[A-Z]{1,2} \d{3} \d{3}|\d{6,7}|\d{3} \d{3}|[A-Z]{2,3}[ -]?\d{2}[ -]?[A-Z]{1,2}|\d[A-Z0-9]{4,6}|[A-Z0-9]{2,4}[ -]\d{2,4}"
"""What stands beside a state where vehicles are told of."""
_ALONE = re.compile(
    rf"(?<![\w.$#/-])(?<!\d,)(?:(?<!\d )|(?<=:\d\d ))(?P<plate>{_SHAPES})(?![\w]|[-/.]\w|[ ](?:\d|[A-Z]\d))", re.ASCII
)
_ROWED = re.compile(rf"(?P<plate>{_SHAPES}|[A-Z]{{1,2}}[ -]?\d{{4,6}})(?=\s?[,;|\t\"])", re.ASCII)
_STATED = re.compile(
    rf"(?P<state>{STATED})\b\.?(?P<joint>\s?[/:-]\s?|\s|,\s?|[;|\t]\s?|\s(?i:truck|van|car|sedan|suv|pickup|trailer|motorcycle|vehicle|bike|semi)\s?[(,]\s?)(?P<plate>{_SHAPES}|{_LOOSE})(?![\w]|[-/.]\w|[ ]\d{{2,}})",
    re.ASCII,
)
_LOOSE_BEHIND = re.compile(
    rf"(?<![\w.$#/-])(?<!\d )(?P<plate>[A-Z]{{1,2}}[ -]?\d{{4,6}}|[A-Z]{{1,2}} \d{{3}} \d{{3}}|\d{{6}}|\d{{3}} \d{{3}})(?:\s?\(\s?(?P<state>{STATED})(?=[\s),;])|\s(?i:plates?|tags?)\b)",
    re.ASCII,
)
_STATE_BEHIND = re.compile(
    rf"\s?(?:\(\s?|,\s?|;\s?|\|\s?|/\s?|\t|\s)(?:(?i:state|st)[:=]?\s)?(?P<state>{STATED})(?P<told>\s(?i:plates?|tags?|reg(?:istration)?))?(?=\s?[.,;)|/\"\n\t]|\Z)",
    re.ASCII,
)
_WORD_BEHIND = re.compile(
    rf"\s?(?:(?:as|is|was|being)\s(?:the|his|her|their|its|a)\s)?\(?(?:(?P<state>{STATED})\s)?(?i:plates?|tags?|license plates?)\b",
    re.ASCII,
)
_VIN_BESIDE = re.compile(r"(?<![A-Z0-9])[A-HJ-NPR-Z\d]{17}\"?\s?[,;|/\t]\s?\"?\Z")
_VIN_BEHIND = re.compile(r"\"?\s?[,;|/\t]\s?\"?[A-HJ-NPR-Z\d]{17}(?![A-Z0-9])")
_LEADS = re.compile(
    r"(?:[,(:]\s?\"?|\b(?:is|was|it'?s|its|reads?|ran|run|runs|hit|hit on|logged|hooked|towed|recorded|captured|read|photographed|noted|saw|spotted|observed|located|stopped|following|owner of|driver of|vehicle|veh|stolen|w/|with|be|been|being|shows?|a|marked|displaying|displays|bore|bears|license|lic\.?)\s|[\"“]|\t|[;|])\Z"
)
_FIRST_WORD: Final = re.compile(r"[A-Z]+")
_NO_PREFIX: Final = frozenset(
    "DL OLN SID SBI FBI NCIC ORI ID LIC CDL UCR REF PO RT RTE HWY SR US BOX APT STE DOT MC HIN UNIT ENG CAR CASE ACT BLK EXT TEL FAX ZIP SSN DOB MRN "
    "ISO RFC PCT LOT BAY BUS RUN BAR GPA MPH RPM PSI AGE LEG JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC MON TUE WED THU FRI SAT SUN TAC CAD LOG "
    "ETA GPS LAT LON UTM ATM PIN SKU UPC EIN NPI DEA ICD CPT HCPCS SEC ART FIG TAB VOL CH NO NOS NUM FL GA II III THE AND FOR OUT OFF NOT ALL ONE TWO CVE CWE KB "
    "BMW GMC CBR YZF GSX KLR CRF XLT LTZ LXI AMG COM USB RAM CPU TCP UDP DNS SSH SSL TLS HTTP AES SHA MD RSA UTC GMT EST EDT CST PST MST".split()
)
_NO_STATED: Final = frozenset({"ID"})
_SMALL_WORDS: Final = frozenset({"IN", "OR", "ME", "HI", "OK"})
"""States that are words where all is in capitals."""
_OTHER_NUMBER = re.compile(
    r"(?i)(?:\b(?:units?|models?|serial|s/n|sn|part|case|flight|badge|tail|room|rm|bldg|building|engine|eng|item|invoice|order|ticket|policy|claim|account|acct|"
    r"docket|permit|ref(?:erence)?|route|rt|rte|hwy|highway|exit|gate|bay|lot|locker|bus|train|car|truck|medic|ladder|squad|ext|code|pin|zip|box|apt|suite|ste|"
    r"driver'?s?\s(?:lic\w*\.?|license)|(?:business|liquor|nursing|medical|operator'?s?|marriage|hunting|fishing)\slicense|dl|oln|id|no|number|title|key|tire|dot|usdot|hin|hull|boat|vessel|aircraft|helicopter|drone|n-number|fleet|stock|vin|barcode|radio|channel|"
    r"version|rev|type|class|category|section|grade|size|filter|belt|plug|pole|cell|pod|property|evidence|tow slip|spool|ship|confirmation|pnr|auth|approval)"
    r"\.?\s?(?:#|no\.?|number|id)?[\s:]{1,2}|#\s?)\Z"
)
_LEFT_IN = re.compile(
    r"(?i)\b(?:left|fled|drove off|arrived|came|departed|got|took off|drives?|drove|driving)\s(?:away\s)?(?:in|into)?\s?(?:an?\s)?\Z"
)
_COMMON_MODELS: Final = frozenset(
    model
    for models in MODELS.values()
    for model in models
    if model.isalpha() and len(model) > 3  # noqa: PLR2004 - short ones are words of the language
) - frozenset(
    "accent anthem ascent aspen atlas aura aviator beetle bolt breeze canyon carnival century columbia commander compass concorde continental "
    "contour corsair cougar crossfire cube dart defender discovery echo eclipse edge element endeavor envoy escape escort exchange expedition explorer express "
    "fiesta firebird flex focus forte frontier fusion genesis golf granite insight journey juke leaf legacy liberty magnum mariner matrix maverick milan mirage "
    "montana navigator odyssey outlook passport patriot pilot prelude quest rabbit raider ranger regal rodeo rogue safari sable soul spark spectra sonic terrain "
    "titan torrent tracker transit tribute trooper tucson venture venue vibe villager volt voyager vulcan zephyr".split()
)
"""Models whose names are seldom anything else."""
_VEHICLE_WORDS: Final = (
    (
        frozenset(word for word in MAKERS if word.isalpha())
        - {"international", "ram", "mini", "mercury", "saturn", "genesis", "mack"}
    )
    | frozenset(word for word in BODIES if word.isalpha())
    | _COMMON_MODELS
    | frozenset(
        "cars vehicles veh vehs vans trucks suvs sedans driver drivers driving drove drives drive driven parked parking rents rented rental rentals vin vins bolo tow towed plate plates tag tags "
        "registered registration lpr alpr flock operator rider motorist traffic wheel stolen jeep bike motorcycles automobile lic deljis nlets ezpass toll lane "
        "taillight headlight speeding mph hatch hitch trailer tailgate bumper tractor uhaul alfa harley mercedes focus escape fusion pilot ranger trooper explorer escort fiesta odyssey".split()
    )
)
_HINTS: Final = _VEHICLE_WORDS | {"left", "fled", "arrived", "departed"}
_BEFORE, _AFTER = 90, 48
"""Characters in which a word for vehicles makes a plate of what looks like one."""


def _beside(look: Look) -> Iterator[Hit]:
    """Find plates without a word for them, near words for vehicles."""
    if not look.figures or (look.words.isdisjoint(_HINTS) and not look.tokens):
        return
    text, near = look.text, look.near(_VEHICLE_WORDS)
    yield from _stated(look, near)
    if near.starts:
        for start in _heads(look):
            if (match := _ALONE.match(text, start)) and (hit := _alone_at(match, near)):
                yield hit
            if (match := _LOOSE_BEHIND.match(text, start)) and (hit := _loose_at(match, near)):
                yield hit
    if any(_VIN_RUN.match(text, start) for start in look.tokens):
        for start in look.figures:
            if hit := _rowed_at(text, start):
                yield hit


_READ: Final = re.compile(
    rf"(?:LPR|ALPR)\b[^\n;]{{0,60}}?[:,|]\s(?P<plate>[A-Z0-9]{{5,8}}|[A-Z0-9]{{2,4}}[ -][A-Z0-9]{{2,4}})\s?(?:[,|/]\s?(?P<state>{STATED})\b|(?=,\s(?i:conf)))"
)


def _reads(look: Look) -> Iterator[Hit]:
    """Find the plate that a reader of plates names: "LPR hit camera 7: BWN4K91, NY, confidence 93"."""
    for start, _ in look.places(frozenset({"lpr", "alpr"})):
        if match := _READ.match(look.text, start):
            value = letters_and_digits(match["plate"])
            if sum(c.isdigit() for c in value) >= _DIGITS:
                yield *match.span("plate"), f"{state_of(match['state'])} {value}" if match["state"] else value


_HEADER: Final = frozenset({"plate", "tag", "lic", "plates", "tags"})
_STATE_HEADER: Final = frozenset({"state", "st"})
_CELL: Final = re.compile(r"[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,7}")


def _cells(look: Look) -> Iterator[Hit]:
    """Find the cells below a heading for plates, each with the state that its row tells."""
    for cell in look.below(_HEADER):
        said = look.text[cell.start : cell.end]
        value = letters_and_digits(said) if _CELL.fullmatch(said) else ""
        if len(value) in _PLATE_LENGTHS and sum(c.isdigit() for c in value) >= _DIGITS:
            state = _state_beside(look, cell.row)
            yield cell.start, cell.end, f"{state} {value}" if state else value


def _state_beside(look: Look, row: int) -> str | None:
    found = (look.text[cell.start : cell.end] for cell in look.below(_STATE_HEADER) if cell.row == row)
    return next((state for said in found if (state := state_of(said))), None)


def _stated(look: Look, near: Near) -> Iterator[Hit]:
    text, after = look.text, 0
    for start, end in look.capitals:
        if (
            start >= after
            and text[start:end].partition("-")[0] in _STATE_STARTS
            and (match := _STATED.match(text, start))
        ):
            hit = _stated_at(match, near)
            if hit:
                after = hit[1]
                yield hit


def _heads(look: Look) -> Iterator[int]:
    """Give where what may be a plate begins: at figures, and at capitals in front of them."""
    text = look.text
    for at in look.figures:
        letters = _HEAD.search(text, max(0, at - 5), at)
        start = letters.start() if letters else at
        yield start
        if start < at:
            yield at


_HEAD: Final = re.compile(r"(?:[A-Z]{3}[ -]?[A-Z]|[A-Z]{1,4}[ -]?)\Z")
_STATE_STARTS: Final = frozenset(
    re.split(r"\W", word)[0]
    for word in re.sub(r"\(\?<!.*?\)", "", STATED.replace("[", "\0")).split("|")
    if "\0" not in word
) | frozenset(code for code in STATES if len(code) == 2)  # noqa: PLR2004 - postal codes
_VIN_RUN: Final = re.compile(r"(?<![A-Z0-9])[A-HJ-NPR-Z\d]{17}(?![A-Z0-9])")


def _is_told(text: str, near: Near, start: int, end: int) -> bool:
    """Say whether a word for vehicles stands near, in the same line."""
    first = max(start - _BEFORE, text.rfind("\n", 0, start))
    line_end = text.find("\n", end)
    last = min(end + _AFTER, line_end if line_end >= 0 else len(text))
    return near.between(first, start) or near.between(end, last)


def _stated_at(match: re.Match[str], near: Near) -> Hit | None:
    """Read "PA MWZ-2207", "TX/RBN3087", "DE CL 204417"."""
    text, said = match.string, match["plate"]
    value, state = letters_and_digits(said), state_of(match["state"])
    first = _FIRST_WORD.match(said)
    front = text[max(0, match.start() - 40) : match.start()]
    digits = sum(c.isdigit() for c in value)
    if (
        state is None
        or match["state"] in _NO_STATED
        or digits < _DIGITS
        or (first and first[0] in _NO_PREFIX)
        or _OTHER_NUMBER.search(front)
    ):
        return None
    if match["state"] in _SMALL_WORDS and not re.search(r"[a-z]", front):
        return None
    if len(value) not in _PLATE_LENGTHS or _MEASURES.match(text[match.end() : match.end() + 10]) or (len(value) < 5):  # noqa: PLR2004 - too short to tell
        return None
    if _HARDWARE.search(front) or ("," in match["joint"] and not re.fullmatch(_SHAPES, said)):
        return None
    of_vehicle = match["joint"].strip(" (,").isalpha()
    if not (of_vehicle or _is_told(text, near, *match.span()) or _LEFT_IN.search(front)):
        return None
    return *match.span("plate"), f"{state} {value}"


def _alone_at(match: re.Match[str], near: Near) -> Hit | None:
    """Read "one is PKT 718", "7HXR118 (California)", "TRK 6128 (Tennessee plate)"."""
    text, said = match.string, match["plate"]
    first = _FIRST_WORD.match(said)
    if first and (first[0] in _NO_PREFIX or (first[0] in STATES and said[len(first[0])] in " -")):
        return None
    front = text[max(0, match.start() - 40) : match.start()]
    if _OTHER_NUMBER.search(front) or _MEASURES.match(text[match.end() : match.end() + 10]):
        return None
    named, stated = _WORD_BEHIND.match(text, match.end()), _STATE_BEHIND.match(text, match.end())
    state = state_of((named and named["state"]) or (stated and stated["state"]) or "")
    told = _is_told(text, near, *match.span())
    if not (told and (named or stated or _LEADS.search(front) or _is_behind_vehicle(front, said))):
        return None
    value = letters_and_digits(said)
    return *match.span(), f"{state} {value}" if state else value


def _loose_at(match: re.Match[str], near: Near) -> Hit | None:
    """Read "C 144 807 (DE)" and "482117 (DE tag)"."""
    text = match.string
    first, front = _FIRST_WORD.match(match["plate"]), text[max(0, match.start() - 40) : match.start()]
    if (
        (first and first[0] in _NO_PREFIX)
        or _OTHER_NUMBER.search(front)
        or not _is_told(text, near, *match.span("plate"))
    ):
        return None
    if not match["state"] and not first:
        return None
    value = letters_and_digits(match["plate"])
    return *match.span("plate"), f"{state_of(match['state'])} {value}" if match["state"] else value


_LAST_WORD: Final = re.compile(r"(?i)([a-z]+)\s\Z")


def _is_behind_vehicle(front: str, said: str) -> bool:
    """Say whether a color, body or model stands directly in front; behind a maker it is a model: Honda CBR 600."""
    word = _LAST_WORD.search(front)
    if word is None or len(letters_and_digits(said)) < _FULL:
        return False
    plain = word[1].lower()
    return plain in COLORS or plain in BODIES or plain in _COMMON_MODELS


_FULL: Final = 6
_DIGITS: Final = 2
"""Figures that a plate beside a state has at least; I-95 of Maryland has them too, and is too short."""


def _rowed_at(text: str, start: int) -> Hit | None:
    """Read a cell beside the cell of a VIN, with the state in the next one."""
    while start > 0 and text[start - 1].isascii() and (text[start - 1].isupper() or text[start - 1] in "- "):
        start -= 1
    start += text.startswith((" ", "-"), start)
    match = _ROWED.match(text, start)
    if match is None or (start and (text[start - 1].isalnum() or text[start - 1] in "_.")):
        return None
    if not (_VIN_BESIDE.search(text[max(0, start - 24) : start]) or _VIN_BEHIND.match(text, match.end())):
        return None
    stated = _STATE_BEHIND.match(text, match.end())
    value = letters_and_digits(match["plate"])
    if value.rstrip("0123456789").lower() in MAKERS:
        return None
    return start, match.end(), f"{state_of(stated['state'])} {value}" if stated else value


RULES: Final = (
    Rule(name="license plate", type=MentionType.PLATE, find=_plates, confidence=0.98),
    Rule(
        name="plate of a reader", type=MentionType.PLATE, find=_reads, confidence=0.9, words=frozenset({"lpr", "alpr"})
    ),
    Rule(
        name="plate of a column",
        type=MentionType.PLATE,
        find=_cells,
        confidence=0.9,
    ),
    Rule(name="license plate without a word", type=MentionType.PLATE, find=_beside, confidence=0.9),
)
