"""`tessera mapping`: try a mapping before it is used."""

import click

SAMPLE_ROWS = 10_000


@click.group()
def mapping() -> None:
    """Mappings from a source's columns to the agreed terms."""
