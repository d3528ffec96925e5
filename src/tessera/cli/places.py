"""`tessera places`: load the streets of the region, and find the place of an address."""

from pathlib import Path

import click

from tessera.cli.session import Session, say
from tessera.engines.geocoding import Geocoder
from tessera.engines.street_files import load_streets


@click.group()
def places() -> None:
    """Places of addresses: load street files, and look addresses up. Nothing is asked of any network."""


@places.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE…"
)
@click.pass_obj
def load(session: Session, *, paths: tuple[Path, ...]) -> None:
    """Load OpenAddresses CSV files, in the place of what was loaded before."""
    report = load_streets(paths, session.center.settings.center / "places.sqlite")
    say(f"{report.houses:,} houses are loaded.")
    for reason, count in sorted(report.left_out.items()):
        say(f"{count:,} rows were left out: {reason}.")


@places.command()
@click.argument("address")
@click.pass_obj
def find(session: Session, *, address: str) -> None:
    """Say where an address is, how far off that can be, and how it was found."""
    geocoder = Geocoder(session.center.settings.center / "places.sqlite")
    found = geocoder.find(address)
    if found is None:
        say("Nothing in it is known: no street that was loaded, no ZIP code, no town with its state.")
        raise SystemExit(1)
    say(f"{found.latitude:.5f}, {found.longitude:.5f} within {found.precision_m:,.0f} m: {found.how}")
    near = geocoder.near(found.latitude, found.longitude)
    if near:
        say(f"Nearest ZIP code {near[0]}, {near[1].title()}, {near[2]}; its centre is {near[3]:,.0f} m away.")
