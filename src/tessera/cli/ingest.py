"""`tessera ingest`: take files in and integrate them."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tessera.cli.session import Session, print_json, reads_as, say
from tessera.errors import Invalid, TesseraError
from tessera.flow import watching
from tessera.flow.jobs import Jobs
from tessera.model.access import Access
from tessera.model.delivery import Delivery, DeliveryState, Via
from tessera.receive import take_in
from tessera.store import deliveries, enclosures
from tessera.store.enclosures import EnclosedCounts


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--source", required=True, help="Name of the source that the files come from.")
@click.option(
    "--mapping", "mapping_file", type=click.Path(path_type=Path), help="Mapping to use instead of the source's."
)
@click.option("--watch", is_flag=True, help="Keep watching these folders, and take in what appears there.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def ingest(
    session: Session, *, paths: tuple[Path, ...], source: str, mapping_file: Path | None, watch: bool, as_json: bool,
    account: str, purpose: str, need_to_know: str,
) -> None:  # fmt: skip
    """Take files in from a source and integrate them.

    A folder stands for all files in it and in its folders. A file that arrived before is told so and not taken in twice. If
    this is interrupted, run it, or `tessera serve`, again: it goes on where it stopped.
    """
    center = session.center
    access = session.access(account, purpose, need_to_know)
    mapping_text = read_mapping(mapping_file)
    with center.jobs() as jobs:
        intake = Intake(session, jobs, access, source=source, mapping_text=mapping_text, quiet=as_json)
        if watch:
            intake.watch(paths)
            return
        done = [intake.one(path) for path in files_of(paths)]
    if as_json:
        print_json([d for d in done if d])
    if any(d is None or d.state is DeliveryState.FAILED for d in done):
        raise SystemExit(1)


def files_of(paths: Sequence[Path]) -> Iterator[Path]:
    """Give each file; for a folder, all files in it and below, in order. Hidden files and folders are left out."""
    for path in paths:
        if path.is_dir():
            files = [p for p in sorted(path.rglob("*")) if p.is_file() and not _is_hidden(p.relative_to(path))]
            if not files:
                raise Invalid("there are no files in this folder", where=str(path), advice="Check the path.")
            yield from files
        else:
            yield path


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def read_mapping(file: Path | None) -> str:
    """Read a mapping's text from a file."""
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"the mapping cannot be read ({error})", where=str(file)) from None


class Intake:
    """Taking in one file after another, with progress for a person."""

    def __init__(
        self, session: Session, jobs: Jobs, access: Access, *, source: str, mapping_text: str, quiet: bool
    ) -> None:
        """Hold what all files share."""
        self._session = session
        self._center = session.center
        self._jobs = jobs
        self._access = access
        self._source = source
        self._mapping_text = mapping_text
        self._quiet = quiet

    def watch(self, paths: tuple[Path, ...]) -> None:
        """Take in what appears in these folders until interrupted."""
        for path in paths:
            if not path.is_dir():
                raise Invalid("only a folder can be watched", where=str(path))
        say("Watching. Stop with Ctrl-C.")
        try:
            for path in watching.arrivals(*paths):
                self.one(path)
        except KeyboardInterrupt:
            say("Stopped watching.")

    def one(self, path: Path) -> Delivery | None:
        """Take one file in and wait until it is integrated; None where it could not be taken in."""
        try:
            return self._one(path)
        except TesseraError as error:
            click.echo(f"tessera: {path}: {error}", err=True)
            return None

    def _one(self, path: Path) -> Delivery:
        check_file(path)
        started = time.perf_counter()
        with path.open("rb") as stream:
            delivery = take_in(
                self._center.store, self._center.blobs, self._access, stream,
                source=self._source, filename=path.name, via=Via.COMMAND,
            )  # fmt: skip
        if delivery.duplicate and delivery.state is DeliveryState.DONE:
            self._say(f"{path}: arrived before, receipt {delivery.receipt}. Nothing to do.")
            return delivery
        self._follow(delivery)
        with self._center.store.reading(self._access) as tx:
            done = deliveries.get(tx, delivery.uid)
            inside = enclosures.counts_below(tx, delivery.uid)
        self._report(path, done, inside, time.perf_counter() - started)
        return done

    def _follow(self, delivery: Delivery) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self._session.console, transient=True, disable=self._quiet) as progress:
            task = progress.add_task(f"{delivery.filename}: reading", total=None)

            def show(rows: int) -> None:
                progress.update(task, description=f"{delivery.filename}: {rows:,} rows")

            self._center.pipeline.on_rows[delivery.uid] = show
            try:
                self._jobs.start(delivery, mapping_text=self._mapping_text)
                self._jobs.wait(delivery.uid)
                self._jobs.wait_for_enclosed(delivery.uid)
            finally:
                self._center.pipeline.on_rows.pop(delivery.uid, None)

    def _report(self, path: Path, done: Delivery, inside: EnclosedCounts, seconds: float) -> None:
        if done.state is DeliveryState.FAILED:
            click.echo(f"tessera: {path}: {done.reason}", err=True)
            return
        self._say(
            f"{path}: receipt {done.receipt}, {done.rows_in:,} rows in = {done.rows_recorded:,} recorded"
            f" + {done.rows_quarantined:,} in quarantine + {done.rows_duplicate:,} duplicates;"
            f" {done.records:,} records, {done.links:,} links, {seconds:.1f} s"
        )
        if inside.files:
            self._say(
                f"  {inside.files:,} files in it: {inside.done:,} read, {inside.failed:,} could not be read;"
                f" {inside.records:,} records, {inside.quarantined:,} rows in quarantine"
            )

    def _say(self, text: str) -> None:
        if not self._quiet:
            say(text)


def check_file(path: Path) -> None:
    """Refuse what is not a file before anything is opened."""
    if not path.exists():
        raise Invalid("there is no such file", advice="Check the path.")
    if not path.is_file():
        raise Invalid("this is neither a file nor a folder")
