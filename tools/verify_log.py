"""Check what a Tessera center signed, without trusting it: one file, the Python standard library, nothing else.

    python verify_log.py checkpoint FILE             a signed checkpoint, and the witnesses that cosigned it
    python verify_log.py note FILE                   another text that the center signed, such as a receipt of a purge
    python verify_log.py bundle FILE                 an export of the log: every entry, the tree, the checkpoint
    python verify_log.py proof FILE --leaf HEX       that an entry is in the log (c2sp.org/tlog-proof@v1)
    python verify_log.py consistency OLD NEW PROOF   that a log only grew between two checkpoints
    python verify_log.py tiles PLACE                 the published hashes, in a folder or at an address (https://HOST/log)

Always with --key: the center's verifier key, from a place that you trust more than the file that you check. With --witness
KEY (as often as you like) and --need N, N of these witnesses must have cosigned. With --old FILE, `bundle` and `tiles` also
show that the log of an older checkpoint is the beginning of this one. Exit code 0: it is so. 1: it is not. 2: cannot tell.
Formats: RFC 8032 (Ed25519), RFC 6962 (tree), C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
LOG_KEY, WITNESS_KEY = 1, 4
Point = tuple[int, int, int, int]


def require(claim: object, otherwise: str) -> None:
    """Go on only if the claim holds; else end with exit code 1."""
    if not claim:
        sys.exit(f"NOT SO: {otherwise}")


# Ed25519 (RFC 8032). Slow and not constant in time, which is harmless where nothing is secret.
def add(a: Point, b: Point) -> Point:
    """Add two points of the curve, in extended coordinates."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def multiply(factor: int, point: Point) -> Point:
    """Add a point to itself `factor` times."""
    found: Point = (0, 1, 1, 0)
    for bit in f"{factor:b}":
        found = add(found, found)
        found = add(found, point) if bit == "1" else found
    return found


def to_point(raw: bytes) -> Point | None:
    """Read a point; None where these bytes are none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = to_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Claim that the owner of this public key signed this message."""
    point, s = to_point(public), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or point is None or s >= L or BASE is None:  # noqa: PLR2004 - bytes
        return False
    digest = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x, y, z, _ = add(multiply(s, BASE), multiply(digest, (P - point[0], point[1], 1, P - point[3])))
    inverse = pow(z, P - 2, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little") == signature[:32]


# Signed notes, checkpoints and cosignatures (C2SP).
def read_key(text: str) -> tuple[str, bytes, int, bytes]:
    """Read a verifier key: its name, its id, its sort and the public key."""
    name, identity, encoded = text.strip().split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    digest = hashlib.sha256(name.encode() + b"\n" + raw).digest()
    require(digest[:4].hex() == identity and len(raw) == 33, f"{text} is no verifier key")  # noqa: PLR2004 - sort and key
    return name, digest[:4], raw[0], raw[1:]


def check_note(text: str, key: str, witnesses: list[str], need: int) -> str:
    """Give the text of a note that this key, and as many of the witnesses as needed, signed."""
    body, gap, lines = text.rpartition("\n\n")
    require(gap and lines.endswith("\n"), "this is no signed note")
    body += "\n"
    signed: dict[tuple[str, bytes], bytes] = {}
    for line in lines[:-1].split("\n"):
        dash, name, encoded = line.split(" ")
        raw = base64.b64decode(encoded, validate=True)
        require(dash == "\N{EM DASH}", "a signature line is malformed")
        signed.setdefault((name, raw[:4]), raw[4:])
    name, identity, sort, public = read_key(key)
    require(sort == LOG_KEY, "--key is not the key of a log")
    require((name, identity) in signed, f"{name} did not sign this with the key that you gave")
    require(is_signed(public, body.encode(), signed[name, identity]), f"the signature of {name} is wrong")
    count = 0
    for name, identity, sort, public in map(read_key, dict.fromkeys(witnesses)):
        require(sort == WITNESS_KEY, f"--witness {name} is not the key of a witness")
        if (name, identity) in signed:
            raw = signed[name, identity]
            at = int.from_bytes(raw[:8], "big")
            said = f"cosignature/v1\ntime {at}\n{body}".encode()
            require(is_signed(public, said, raw[8:]), f"the cosignature of {name} is wrong")
            print(f"cosigned by {name} at {at} (seconds since 1970, UTC)")
            count += 1
    require(count >= need, f"{count} of the witnesses that you gave cosigned this; {need} are needed")
    return body


def check_checkpoint(text: str, given: argparse.Namespace, *, need: int | None = None) -> tuple[str, int, bytes]:
    """Give the origin, the size and the root of a signed checkpoint."""
    body = check_note(text, given.key, given.witness, given.need if need is None else need)
    origin, size, root = body.split("\n")[:3]
    require(str(int(size)) == size, "the size is not a plain number")
    require(origin == read_key(given.key)[0], f"this is the log {origin}, not the one of the key that you gave")
    return origin, int(size), base64.b64decode(root, validate=True)


# The tree (RFC 6962).
def node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """Give the root over leaf hashes: pairs level by level, a single one at the end goes up as it is."""
    while len(leaves) > 1:
        pairs = [node(a, b) for a, b in zip(leaves[::2], leaves[1::2])]  # noqa: B905 - the last one may have no partner
        leaves = pairs + leaves[len(pairs) * 2 :]
    return leaves[0] if leaves else hashlib.sha256(b"").digest()


def climb(first: int, last: int, seed: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """Follow a proof from node `first` of `last` up; the roots of the part to its left and with it, and of the whole."""
    inner = outer = seed
    for step in proof:
        require(last, "the proof is too long")
        if first & 1 or first == last:
            inner, outer = node(step, inner), node(step, outer)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            outer = node(outer, step)
        first, last = first >> 1, last >> 1
    require(not last, "the proof is too short")
    return inner, outer


# What can be checked.
def check_leaves(leaves: list[bytes], size: int, root: bytes, given: argparse.Namespace) -> None:
    """Raise unless these leaf hashes make the signed tree, and hold the older one where there is one."""
    require(len(leaves) == size, f"{len(leaves)} entries are here, {size} were signed")
    require(root_of(leaves) == root, "the entries do not add up to the signed root")
    if given.old:
        _, old, old_root = check_checkpoint(read(given.old).decode(), given, need=0)
        require(old <= size, f"the log was cut: {old} entries were signed before, {size} are left")
        require(root_of(leaves[:old]) == old_root, f"the log was forked within its first {old} entries")
        print(f"the first {old} entries are those of the older checkpoint")


def bundle(given: argparse.Namespace) -> str:
    """Check an export of the log."""
    leaves, told = [], 0
    with Path(given.file).open(encoding="utf-8") as lines:
        head = json.loads(next(lines))
        require(head["bundle"] == "tessera-audit-bundle/1", "this is no bundle that this program knows")
        _, size, root = check_checkpoint(head["checkpoint"], given)
        for number, line in enumerate(lines):
            entry = json.loads(line)
            leaf = bytes.fromhex(entry["leaf"])
            require(entry["index"] == number, f"entry {number} is missing")
            if "text" in entry:
                data = hmac.new(bytes.fromhex(entry["salt"]), entry["text"].encode(), "sha256").digest()
                require(hashlib.sha256(b"\x00" + data).digest() == leaf, f"entry {number} was changed")
                require(json.loads(entry["text"])["index"] == number, f"entry {number} stands in a wrong place")
                told += 1
            leaves.append(leaf)
    check_leaves(leaves, size, root, given)
    return f"{size} entries are as signed; {told} with what they say, {size - told} as hashes only"


def tiles(given: argparse.Namespace) -> str:
    """Check the published hashes: every leaf, and the root that they make."""
    _, size, root = check_checkpoint(read(f"{given.file}/checkpoint").decode(), given)
    leaves: list[bytes] = []
    for number in range((size + 255) // 256):
        digits = f"{number:0{(len(str(number)) + 2) // 3 * 3}d}"
        path = "/".join([*(f"x{digits[i : i + 3]}" for i in range(0, len(digits) - 3, 3)), digits[-3:]])
        width = min(256, size - number * 256)
        content = read(f"{given.file}/tile/0/{path}{f'.p/{width}' if width < 256 else ''}")  # noqa: PLR2004 - full
        require(len(content) == width * 32, f"tile {number} has {len(content)} bytes")
        leaves += [content[i : i + 32] for i in range(0, len(content), 32)]
    check_leaves(leaves, size, root, given)
    return f"the published hashes of {size} entries make the signed root"


def proof(given: argparse.Namespace) -> str:
    """Check a proof file."""
    head, _, note = read(given.file).decode().partition("\n\n")
    first, *lines = [line for line in head.split("\n") if not line.startswith("extra ")]
    require(first == "c2sp.org/tlog-proof@v1" and lines and lines[0].startswith("index "), "this is no proof")
    index, hashes = int(lines[0][6:]), [base64.b64decode(line, validate=True) for line in lines[1:]]
    _, size, root = check_checkpoint(note, given)
    require(given.leaf, "give the entry's leaf hash with --leaf; the bundle has it")
    require(0 <= index < size, f"the log has no entry {index}")
    found = climb(index, size - 1, bytes.fromhex(given.leaf), hashes)[1]
    require(found == root, "the entry is not in this log")
    return f"the entry is number {index} of the {size} that were signed"


def consistency(given: argparse.Namespace) -> str:
    """Check that a log only grew between two checkpoints."""
    _, old, old_root = check_checkpoint(read(given.file).decode(), given, need=0)
    _, new, new_root = check_checkpoint(read(given.more[0]).decode(), given)
    hashes = [base64.b64decode(line, validate=True) for line in read(given.more[1]).decode().split()]
    require(0 < old <= new, f"a log of {old} entries did not grow to {new}")
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    seed, *rest = [old_root, *hashes] if first == 0 else (hashes or [b""])
    require(
        climb(first, last, seed, rest) == (old_root, new_root), "the older log is not the beginning of the newer one"
    )
    return f"the log of {old} entries is the beginning of the log of {new}"


def checkpoint(given: argparse.Namespace) -> str:
    """Check a signed checkpoint."""
    origin, size, root = check_checkpoint(read(given.file).decode(), given)
    return f"{origin} signed {size} entries with the root {root.hex()}"


def note(given: argparse.Namespace) -> str:
    """Check another signed text."""
    return "the center signed this:\n\n" + check_note(read(given.file).decode(), given.key, given.witness, given.need)


def read(place: str) -> bytes:
    """Read a file, or what an address of the web gives."""
    if place.startswith(("https://", "http://")):
        with urllib.request.urlopen(place, timeout=30) as answer:  # noqa: S310 - the scheme is checked
            return bytes(answer.read())
    return Path(place).read_bytes()


CHECKS = {f.__name__: f for f in (bundle, checkpoint, consistency, note, proof, tiles)}


def main() -> None:
    """Check what the command line names; print what is so, or end with what is not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options: dict[str, dict[str, Any]] = {
        "what": {"choices": CHECKS}, "file": {}, "more": {"nargs": "*"}, "--key": {"required": True}, "--leaf": {},
        "--witness": {"action": "append", "default": []}, "--need": {"type": int, "default": 0}, "--old": {},
    }  # fmt: skip
    for name, option in options.items():
        parser.add_argument(name, **option)
    given = parser.parse_args()
    if len(given.more) != (2 if given.what == "consistency" else 0):
        parser.error("`consistency` takes three files, the others one")
    try:
        print(f"OK: {CHECKS[given.what](given)}")
    except (OSError, ValueError, KeyError, TypeError, IndexError, StopIteration) as error:
        print(f"CANNOT TELL: {error!r}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
