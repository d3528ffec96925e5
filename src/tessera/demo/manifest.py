"""The manifest: what the folder holds, in the shape of the values that a center registers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from tessera.demo.catalog import ACCOUNTS, AGENCIES, AGREEMENTS, HOLDINGS, SOURCES, DemoAccount
from tessera.errors import Invalid
from tessera.model.access import AgencyKind, Purpose, Role
from tessera.model.marking import Marking
from tessera.model.source import Agency, Agreement, AgreementState, Holding, HoldingSort, Source

_T = TypeVar("_T")
_NOTE = "Invented demo data. Towns are real; people, companies, streets, vehicles, numbers and events are not."


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDelivery:
    """One file to deliver, in this order. `path` is absolute once read."""

    path: Path
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoManifest:
    """What a folder of the demo region holds."""

    note: str
    records: int
    seed: int
    until: date
    agencies: tuple[Agency, ...]
    agreements: tuple[Agreement, ...]
    holdings: tuple[Holding, ...]
    sources: tuple[Source, ...]
    accounts: tuple[DemoAccount, ...]
    deliveries: tuple[DemoDelivery, ...]
    folder: Path = Path()
    """Where the manifest lies; the truth lies beside it."""


def write_manifest(path: Path, *, records: int, seed: int, until: date, deliveries: tuple[DemoDelivery, ...]) -> None:
    """Write the manifest; the paths of the deliveries are written relative to its folder."""
    trained = (until + timedelta(days=365)).isoformat()
    plain = {
        "note": _NOTE,
        "records": records,
        "seed": seed,
        "until": until.isoformat(),
        "agencies": [_plain(value) for value in AGENCIES],
        "agreements": [_plain(value) for value in AGREEMENTS],
        "holdings": [_plain(value) for value in HOLDINGS],
        "sources": [_plain(value) for value in SOURCES],
        "accounts": [_plain(value) | {"trained_until": trained} for value in ACCOUNTS],
        "deliveries": [{"path": d.path.relative_to(path.parent).as_posix(), "source": d.source} for d in deliveries],
    }
    text = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=120)
    path.write_text(f"# {_NOTE}\n{text}", encoding="utf-8", newline="\n")


def read_manifest(path: Path) -> DemoManifest:
    """Read a manifest (the file, or the folder that holds it)."""
    path = path / "manifest.yaml" if path.is_dir() else path
    try:
        return _read(yaml.safe_load(path.read_text(encoding="utf-8")), path.parent)
    except FileNotFoundError:
        advice = "Make a demo region first: tessera demo generate --out DIR."
        raise Invalid("there is no demo manifest here", where=str(path), advice=advice) from None
    except (AttributeError, KeyError, TypeError, ValueError, OSError, yaml.YAMLError) as error:
        advice = "Make the demo region anew: tessera demo generate."
        raise Invalid(f"not a demo manifest: {error}", where=str(path), advice=advice) from error


def _read(plain: Mapping[str, Any], folder: Path) -> DemoManifest:
    return DemoManifest(
        note=plain["note"],
        records=int(plain["records"]),
        seed=int(plain["seed"]),
        until=date.fromisoformat(plain["until"]),
        agencies=_values(Agency, plain["agencies"], kind=AgencyKind),
        agreements=_values(Agreement, plain["agreements"], purposes=_purposes, state=AgreementState),
        holdings=_values(Holding, plain["holdings"], purposes=_purposes, sort=HoldingSort),
        sources=_values(Source, plain["sources"], marking=Marking.from_json),
        accounts=_values(DemoAccount, plain["accounts"], roles=_roles, groups=frozenset, purpose=Purpose),
        folder=folder,
        deliveries=tuple(
            DemoDelivery(path=_inside(folder, item["path"]), source=item["source"]) for item in plain["deliveries"]
        ),
    )


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        msg = f"the delivery {name!r} lies outside the folder"
        raise ValueError(msg)
    return path


def _values(
    kind: Callable[..., _T], rows: list[dict[str, Any]], /, **readers: Callable[[Any], object]
) -> tuple[_T, ...]:
    return tuple(kind(**{name: readers.get(name, _same)(value) for name, value in row.items()}) for row in rows)


def _same(value: object) -> object:
    return value


def _purposes(names: list[str]) -> frozenset[Purpose]:
    return frozenset(Purpose(name) for name in names)


def _roles(names: list[str]) -> frozenset[Role]:
    return frozenset(Role(name) for name in names)


def _plain(value: Agency | Agreement | Holding | Source | DemoAccount) -> dict[str, object]:
    if isinstance(value, Source):
        return _plain_parts(value) | {"marking": value.marking.to_json()}
    return _plain_parts(value)


def _plain_parts(value: Agency | Agreement | Holding | Source | DemoAccount) -> dict[str, object]:
    return {field.name: _plain_part(getattr(value, field.name)) for field in fields(value)}


def _plain_part(part: object) -> object:
    if isinstance(part, frozenset):
        return sorted(str(item) for item in part)
    return part.value if isinstance(part, Enum) else part
