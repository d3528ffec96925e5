"""`tessera places`: the streets that a site loads, and the place of an address."""

from pathlib import Path

import click

from tessera.cli.session import Session, print_json, print_table, say
from tessera.engines.counties import county_of
from tessera.engines.geocoding import open_geocoder
from tessera.engines.street_files import load_streets
from tessera.engines.zip_places import zip_places
from tessera.errors import NotFound
from tessera.flow.recognisers import home_state, street_file

_ADVICE = "Add the state or the ZIP code, or load the streets with `tessera places load`."


@click.group()
def places() -> None:
    """Load streets, and find the place of an address."""


@places.command("load")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def load(session: Session, *, files: tuple[Path, ...], as_json: bool) -> None:
    """Add streets to the center: OpenAddresses CSV, or ADDRFEAT shapefiles of TIGER/Line."""
    report = load_streets(files, street_file(session.center.settings))
    if as_json:
        print_json(report)
        return
    say(
        f"The center knows {report.streets:,} streets, {report.houses:,} houses and {report.segments:,} sides of blocks."
    )
    refused = sorted(report.refused.items(), key=lambda one: -one[1])
    if refused:
        print_table(("rows refused", "why"), [(count, why) for why, count in refused], empty="")


@places.command("find")
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def find(session: Session, *, address: str, as_json: bool) -> None:
    """Find the place of an address, ZIP code, city or county, and say how far off it can be."""
    settings = session.center.settings
    found = open_geocoder(street_file(settings), home_state(settings)).find(address)
    if found is None:
        raise NotFound(f"no single place is known for {address!r}", advice=_ADVICE)
    county = county_of(found.latitude, found.longitude)
    code, away = zip_places().nearest(found.latitude, found.longitude)
    if as_json:
        print_json({"located": found, "county": county, "zip": {"code": code, "metres": round(away)}})
        return
    say(f"{found.latitude:.5f}, {found.longitude:.5f}, within {found.precision_m:,.0f} m: {found.how}.")
    if county:
        say(f"{county.name}, {county.state} (FIPS {county.fips}).")
    say(f"The nearest centre of a ZIP code is that of {code}, {away:,.0f} m away.")
