"""`tessera mapping`: try a mapping before it is used."""

from pathlib import Path

import click

from tessera.cli.ingest import check_file
from tessera.cli.session import Session, print_json, print_table, say
from tessera.flow.pipeline import allowance
from tessera.flow.trial import SAMPLE_ROWS, try_mapping
from tessera.integrate import MappingReport


@click.group()
def mapping() -> None:
    """Mappings from a source's columns to the agreed terms."""


@mapping.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("sample", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def check(session: Session, *, file: Path, sample: Path, as_json: bool) -> None:
    """Try the mapping FILE on the first rows of SAMPLE. Exit code 1 if a row does not fit. Nothing is stored."""
    check_file(file)
    check_file(sample)
    center = session.center
    report = try_mapping(file, sample, center.dictionary, allowance=allowance(center.settings))
    if as_json:
        print_json(report)
    else:
        _print(report)
    if not report.fits:
        raise SystemExit(1)


def _print(report: MappingReport) -> None:
    made = ", ".join(f"{count:,} {kind}" for kind, count in report.records.items())
    say(
        f"{report.mapping}: {report.rows:,} rows (at most the first {SAMPLE_ROWS:,}) make {made}; {report.links:,} links."
    )
    print_table(
        ("kind", "term", "filled", "invalid", "before", "after"),
        [
            (t.kind, t.term, f"{t.filled / t.rows:.0%}" if t.rows else "", t.invalid, *(t.examples[0] if t.examples else ("", "")))
            for t in report.terms
        ],
        empty="No term is filled.",
    )  # fmt: skip
    if report.unmapped_columns:
        say(f"Columns that feed no term: {', '.join(report.unmapped_columns)}.")
    if not report.fits:
        say(f"{report.rows_faulty:,} rows do not fit and {report.rejected:,} could not be split. The first:")
        rows = [(f.row, f.column, f.value[:40], f.reason) for f in report.faults]
        print_table(("row", "column", "value", "reason"), rows, empty="")
