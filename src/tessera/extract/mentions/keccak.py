"""Keccak-256, the hash of Ethereum: SHA-3 as it was proposed, padded otherwise than FIPS 202."""

_RATE = 136
"""Bytes that one round takes in: 1600 bits less twice 256."""
_MASK = (1 << 64) - 1


def _constants() -> tuple[int, ...]:
    """Compute the round constants from the shift register of FIPS 202, 3.2.5."""
    found, register = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            constant |= (register & 1) << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        found.append(constant)
    return tuple(found)


def _moves() -> tuple[tuple[int, int, int], ...]:
    """Say from which lane to which, and how far each is turned (FIPS 202, 3.2.2 and 3.2.3); lane 0 stays."""
    found, x, y = [], 1, 0
    for step in range(1, 25):
        after = (y, (2 * x + 3 * y) % 5)
        found.append((x + 5 * y, after[0] + 5 * after[1], step * (step + 1) // 2 % 64))
        x, y = after
    return tuple(found)


_ROUNDS = _constants()
_MOVES = _moves()


def keccak_256(message: bytes) -> bytes:
    """Compute the 32 bytes of Keccak-256.

    >>> keccak_256(b"").hex()
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'
    """
    padded = bytearray(message + b"\x01" + bytes(-(len(message) + 1) % _RATE))
    padded[-1] |= 0x80
    state = [0] * 25
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            state[lane] ^= int.from_bytes(padded[start + 8 * lane : start + 8 * lane + 8], "little")
        for constant in _ROUNDS:
            state = _mixed(state, constant)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _mixed(state: list[int], constant: int) -> list[int]:
    """Do one round: theta, rho and pi, chi, iota."""
    columns = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)]
    spread = [columns[(x + 4) % 5] ^ _turned(columns[(x + 1) % 5], 1) for x in range(5)]
    lanes = [lane ^ spread[at % 5] for at, lane in enumerate(state)]
    moved = lanes.copy()
    for lane, after, turn in _MOVES:
        moved[after] = _turned(lanes[lane], turn)
    rows = [moved[at] ^ (~moved[at - at % 5 + (at + 1) % 5] & moved[at - at % 5 + (at + 2) % 5]) for at in range(25)]
    rows[0] ^= constant
    return rows


def _turned(lane: int, turn: int) -> int:
    return ((lane << turn) | (lane >> (64 - turn))) & _MASK
