"""The command itself: its options, its subcommands, and how it ends."""

import sys
from pathlib import Path
from typing import Any

import click

from tessera import __version__
from tessera.cli import (
    account,
    audit,
    deliveries,
    demo,
    export,
    hold,
    ingest,
    init,
    mapping,
    names,
    places,
    purge,
    quarantine,
    record,
    register,
    resolve,
    retention,
    sample,
    screen,
    search,
    serve,
    settings,
    sources,
)
from tessera.cli.session import Openers, Session
from tessera.errors import NotAllowed, NotFound, TesseraError, Unavailable, Unsigned
from tessera.store.audit import CAME, Came

EXIT_CODES = {NotAllowed: 3, NotFound: 4, Unavailable: 5, Unsigned: 3}
"""Other errors of ours end with 1; a wrong option with 2, as click does."""


class _Explaining(click.Group):
    """A group that prints our errors as one sentence instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except TesseraError as error:
            click.echo(f"tessera: {error}", err=True)
            sys.exit(EXIT_CODES.get(type(error), 1))
        except BrokenPipeError:
            sys.exit(0)


def build(openers: Openers) -> click.Group:
    """Make the command for a program that opens centers in this way."""

    @click.group(cls=_Explaining, context_settings={"help_option_names": ["-h", "--help"]})
    @click.version_option(__version__, prog_name="tessera")
    @click.option(
        "--center",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("center"),
        show_default=True,
        envvar="TESSERA_CENTER",
        help="Folder of the center.",
    )
    @click.pass_context
    def tessera(context: click.Context, center: Path) -> None:
        """Receive, integrate, analyse and share, with trust that anyone can check."""
        CAME.set(Came(via="command"))
        context.obj = Session(openers=openers, folder=center)

    for command in (
        account.account,
        audit.audit,
        deliveries.deliveries,
        demo.demo,
        export.export,
        hold.hold,
        ingest.ingest,
        init.init,
        mapping.mapping,
        names.names,
        places.places,
        purge.purge,
        quarantine.quarantine,
        record.record,
        register.register,
        resolve.resolve,
        retention.retention,
        sample.sample,
        screen.screen,
        search.search,
        serve.serve,
        settings.settings,
        sources.sources,
    ):
        tessera.add_command(command)
    return tessera
