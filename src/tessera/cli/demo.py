"""`tessera demo`: the invented region, for trying things out and for measuring."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.progress import Progress

from tessera import demo as region_files
from tessera.cli.session import Session, say
from tessera.flow import region
from tessera.flow.center import Center
from tessera.flow.jobs import Jobs
from tessera.model.delivery import Delivery


@click.group()
def demo() -> None:
    """An invented region on real geography, labelled as such."""


@demo.command()
@click.option("--records", default=50_000, show_default=True, help="About how many records the files will make.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write.")
@click.pass_obj
def generate(session: Session, *, records: int, seed: int, out: Path) -> None:
    """Write the delivery files of an invented region, with the known truth beside them."""
    with Progress(console=session.console, transient=True) as progress:
        task = progress.add_task("Inventing", total=None)
        made = region_files.generate(
            out,
            records=records,
            seed=seed,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    say(
        f"{made.rows:,} rows in {len(made.deliveries)} files in {out}, for about {made.records:,} records. All invented."
    )


@demo.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[DIR]")
@click.option("--records", default=50_000, show_default=True, help="Size of the region, where no DIR is given.")
@click.pass_obj
def load(session: Session, *, folder: Path | None, records: int) -> None:
    """Load an invented region: the one in DIR, or a fresh one."""
    center = demo_center(session)
    with center.jobs() as jobs:
        load_demo(session, center, jobs, records=records, folder=folder)
    say(f"The demo accounts and their passwords are in {center.settings.center / region.ACCOUNTS_FILE}.")


def demo_center(session: Session) -> Center:
    """Open the center for a demonstration: one that has no accounts yet offers a second factor and requires none."""
    if region.offer_factors(session.center):
        session.reopen()
    return session.center


def load_demo(session: Session, center: Center, jobs: Jobs, *, records: int, folder: Path | None = None) -> None:
    """Invent a region where none is given, and load it."""
    with TemporaryDirectory(prefix="tessera-demo-") as temporary:
        if folder is None:
            folder = Path(temporary)
            region_files.generate(folder, records=records)
        manifest = region_files.read_manifest(folder)
        with Progress(console=session.console, transient=True) as progress:
            task = progress.add_task("Loading the invented region", total=len(manifest.deliveries))

            def show(delivery: Delivery) -> None:
                progress.advance(task)
                say(f"  {delivery.filename}: {delivery.rows_in:,} rows, {delivery.rows_quarantined:,} in quarantine")

            region.load(center, jobs, manifest, on_delivery=show)
