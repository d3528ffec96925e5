"""Observable things of STIX (addresses, names, digests, accounts) as one value with the sort of value that it is."""

import json
import uuid
from collections.abc import Mapping
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.parts import JsonPart
from tessera.extract.messages.stix_pattern import Comparison

_NAMESPACE: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""Of identifiers that are made from what they name (STIX 2.1, section 2.9)."""
_BEST: Final = ("SHA-256", "SHA-512", "SHA3-256", "SHA3-512", "SHA-1", "MD5", "SSDEEP", "TLSH")
_MADE_FROM: Final = ("MD5", "SHA-1", "SHA-256", "SHA-512")
"""Of several digests, the first of these makes the identifier."""
_SIMPLE: Final = frozenset({"domain-name", "email-addr", "ipv4-addr", "ipv6-addr", "mac-addr", "url"})
_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "directory": ("path",),
    "mutex": ("name",),
    "process": ("command_line", "pid", "cwd"),
    "software": ("cpe", "name", "swid"),
    "user-account": ("account_login", "user_id", "display_name"),
    "windows-registry-key": ("key",),
    "x509-certificate": ("serial_number", "subject", "issuer"),
}
_BESIDE: Final = (
    "name", "size", "mime_type", "version", "vendor", "display_name", "account_type", "rir", "url", "subject", "issuer",
)  # fmt: skip
"""Properties that say more of the thing than its value does."""
_PATTERN_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    **_NAMED,
    "autonomous-system": ("number",),
    "email-message": ("message_id",),
    "file": ("name",),
}


def described(part: JsonPart) -> dict[str, str]:
    """Give value, category and description of an observable; empty where it names nothing."""
    kind = part.text("type")
    value, category = _value(part, kind)
    if not value:
        return {}
    beside = [*_digests(part, value), *_beside(part, kind, value)]
    return stored.filled({"value": value, "category": category, "description": stored.joined(beside)})


def _value(part: JsonPart, kind: str) -> tuple[str, str]:
    if kind in _SIMPLE:
        return part.text("value"), kind
    if kind in {"file", "artifact", "x509-certificate"}:
        digest = _best_digest(part)
        if digest[0]:
            return digest[0], f"{kind} {digest[1]}"
    if kind == "autonomous-system":
        return f"AS{number}" if (number := part.text("number")) else "", kind
    if kind == "network-traffic":
        return _traffic(part), kind
    names = {"file": ("name",), "artifact": ("url",), **_NAMED}.get(kind, ("value", "name"))
    return next((said for name in names if (said := part.text(name))), ""), kind


def _best_digest(part: JsonPart) -> tuple[str, str]:
    found = part.part("hashes").value
    return next(((stored.text(found[name]), name) for name in _BEST if stored.text(found.get(name))), ("", ""))


def _digests(part: JsonPart, value: str) -> list[str]:
    hashes = part.part("hashes")
    return [f"{name} {said}" for name in hashes.value if (said := hashes.text(name)) and said != value]


def _beside(part: JsonPart, kind: str, value: str) -> list[str]:
    names = (*_BESIDE, *_NAMED.get(kind, ()))
    return [f"{name} {said}" for name in names if (said := part.text(name)) and said != value]


def _traffic(part: JsonPart) -> str:
    ports = [part.text(name) for name in ("src_port", "dst_port")]
    ends = [f"port {port}" if port else "" for port in ports]
    said = " to ".join(end for end in ends if end)
    return " ".join(filter(None, [" ".join(part.texts("protocols")), said]))


def from_pattern(comparison: Comparison) -> tuple[str, dict[str, str]] | None:
    """Give key and terms of the observable that a comparison names; None where it names none by its value."""
    if comparison.operator not in {"=", "==", "IN"} or comparison.negated or not comparison.value:
        return None
    kind, place, value = comparison.type, comparison.property, comparison.value
    if kind in _SIMPLE and place == "value":
        return identifier(kind, {"value": value}), {"value": value, "category": kind}
    if place.startswith("hashes."):
        name = place.removeprefix("hashes.").strip("'").upper()
        name = {"SHA1": "SHA-1", "SHA256": "SHA-256", "SHA512": "SHA-512"}.get(name, name)
        return identifier(kind, {"hashes": {name: value}}), {"value": value, "category": f"{kind} {name}"}
    if place in _PATTERN_VALUES.get(kind, ()):
        said = f"AS{value}" if kind == "autonomous-system" else value
        return identifier(kind, {place: value}), {"value": said, "category": kind}
    return None


def identifier(kind: str, made_from: Mapping[str, object]) -> str:
    """Make the identifier of an observable from what it names, so that two sources give one thing the same.

    >>> identifier("ipv4-addr", {"value": "198.51.100.3"})
    'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4'
    """
    hashes = made_from.get("hashes")
    if isinstance(hashes, dict):
        chosen = next((name for name in _MADE_FROM if name in hashes), next(iter(hashes), ""))
        made_from = {**made_from, "hashes": {chosen: hashes.get(chosen)}}
    canonical = json.dumps(made_from, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{kind}--{uuid.uuid5(_NAMESPACE, canonical)}"
