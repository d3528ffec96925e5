"""A new source: who gives it, under which agreement, into which holding, and how what comes is handled; in one form."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.model.access import AgencyKind, Permission, Purpose
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.model.source import FILES, Agency, Agreement, Holding, Source
from tessera.store import parties
from tessera.store.transactions import day_of
from tessera.web import errors
from tessera.web.forms import read_choice, read_day, read_name, read_text, read_whole_number
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
MOST_DAYS = 36_500
MOST_HOURS = 8_784
"""Hours in a leap year."""
LONGEST_RULE = 400
RELIABILITY = "ABCDEF"
START = {"cadence_hours": "0", "retention_days": "1825", "sensitivity": "SENSITIVE", "tlp": "AMBER", "reliability": "F"}
"""What the empty form proposes: careful rather than open."""
Partner = Agency | Agreement | Holding | Source


@page(ROUTES, "/sources/new", needs=Permission.SOURCE_MANAGE)
def form(asked: Asked) -> Response:
    """Show the form."""
    return _show(asked, START)


@page(ROUTES, "/sources/new", method="POST", needs=Permission.SOURCE_MANAGE)
def register(asked: Asked) -> Response:
    """Enter the source, and with it what is new of agency, agreement and holding; all of it or nothing."""
    try:
        partners = _partners(asked)
        with asked.center.store.writing(asked.access) as tx:
            parties.register(tx, *partners)
    except (Conflict, Invalid) as error:
        values = {name: value[:LONGEST_RULE] for name, value in asked.form if name != "csrf"}
        return _show(asked, values, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(f"/sources/{asked.field('name').strip()}", said="registered")


def _partners(asked: Asked) -> Sequence[Partner]:
    agency, holding = asked.field("agency").strip(), asked.field("holding").strip()
    source = _source(
        asked, agency or asked.field("agency_name").strip(), holding or asked.field("holding_name").strip()
    )
    new = [_agency(asked)] if not agency else []
    kept = [_holding(asked)] if not holding else []
    return [*new, _agreement(asked, source), *kept, source]


def _agency(asked: Asked) -> Agency:
    return Agency(
        name=_name(asked, "agency_name", "short name of the agency"),
        label=read_text(asked.field("agency_label"), name="name of the agency"),
        kind=read_choice(AgencyKind, asked.field("agency_kind"), name="kind of agency"),
        jurisdiction=read_text(asked.field("jurisdiction"), name="jurisdiction", needed=False),
        contact=read_text(asked.field("contact"), name="contact", needed=False),
    )


def _agreement(asked: Asked, source: Source) -> Agreement:
    return Agreement(
        name=source.agreement,
        agency=source.agency,
        purposes=_purposes(asked),
        redissemination=read_text(asked.field("redissemination"), name="rule for passing on", most=LONGEST_RULE),
        signed=read_day(asked.field("signed"), name="signed on"),
        expires=read_day(asked.field("expires"), name="ends on", needed=False),
    )


def _holding(asked: Asked) -> Holding:
    return Holding(
        name=_name(asked, "holding_name", "short name of the holding"),
        label=read_text(asked.field("holding_label"), name="name of the holding"),
        authority=read_text(asked.field("authority"), name="authority", most=LONGEST_RULE),
        retention_days=read_whole_number(asked.field("retention_days"), name="days kept", least=1, most=MOST_DAYS),
        purposes=_purposes(asked),
    )


def _source(asked: Asked, agency: str, holding: str) -> Source:
    mapping, reliability = asked.field("mapping"), asked.field("reliability")
    if mapping and mapping not in {FILES, *asked.center.mapping_names()}:
        raise Invalid(f"unknown mapping {mapping[:60]!r}", where="mapping", advice="Choose one of the list, or none.")
    if reliability not in RELIABILITY or len(reliability) != 1:
        raise Invalid("the reliability is a letter from A to F", where="reliability")
    return Source(
        name=_name(asked, "name", "short name of the source"),
        label=read_text(asked.field("label"), name="name of the source"),
        agency=agency,
        agreement=_name(asked, "agreement", "name of the agreement"),
        holding=holding,
        marking=_marking(asked),
        mapping=mapping,
        cadence_hours=read_whole_number(asked.field("cadence_hours"), name="cadence", most=MOST_HOURS),
        reliability=reliability,
    )


def _marking(asked: Asked) -> Marking:
    limited = asked.field("purposes_bind") == "yes"
    try:
        return Marking(
            sensitivity=Sensitivity[asked.field("sensitivity")],
            tlp=Tlp[asked.field("tlp")],
            regimes=frozenset(read_choice(Regime, regime, name="regimes") for regime in asked.fields("regimes")),
            purposes=frozenset(_purposes(asked)) if limited else None,
        )
    except KeyError:
        raise Invalid("the marking is not complete", advice="Choose a sensitivity and a TLP label.") from None


def _purposes(asked: Asked) -> frozenset[Purpose]:
    found = frozenset(read_choice(Purpose, purpose, name="purposes") for purpose in asked.fields("purposes"))
    if not found:
        raise Invalid("no purpose is chosen", where="purposes", advice="Choose what the agreement allows the data for.")
    return found


def _name(asked: Asked, field: str, said: str) -> str:
    return read_name(asked.field(field).strip(), name=said)


def _show(asked: Asked, values: dict[str, str], *, problem: str = "", status: int = 200) -> Response:
    may_read = Permission.SOURCE_READ in asked.may
    with asked.center.store.reading(asked.access) as tx:
        agencies = parties.agencies(tx) if may_read else []
        holdings = parties.holdings(tx) if may_read else []
    return asked.render(
        "source_entry.html",
        code=status,
        agencies=[(agency.name, agency.label) for agency in agencies],
        holdings=[(holding.name, f"{holding.label} ({holding.authority})") for holding in holdings],
        mappings=asked.center.mapping_names(),
        kinds=tuple(AgencyKind),
        regimes=tuple(Regime),
        sensitivities=tuple(Sensitivity),
        labels=tuple(Tlp),
        problem=problem,
        values=values,
        chosen=asked.fields("purposes") + asked.fields("regimes"),
        today=day_of(asked.center.clock()),
    )
