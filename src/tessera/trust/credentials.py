"""Who somebody is: passwords, session and API secrets, and tokens against forged requests.

Sources: NIST SP 800-63B (length, block list, no rules of composition, no hints), CJIS Security Policy 6.0 IA-5(1)
(8 characters or more, all printable characters and spaces, no truncation), RFC 9106 (Argon2id).
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Iterable

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from tessera.errors import Invalid

MIN_LENGTH = 8
MIN_LENGTH_PRIVILEGED = 12
MAX_LENGTH = 1024  # in characters; longer ones are refused, never cut
PREFIX = "tes_"

HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
"""RFC 9106's second recommended option with one lane: 64 MiB, three passes."""

_SECRET_BYTES = 32
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_WHERE = "password"
_PRODUCT = ("tessera", "fusion", "center", "centre")
COMMON = frozenset(
    [
        "access",
        "admin",
        "administrator",
        "analyst",
        "apple",
        "baseball",
        "changeme",
        "charlie",
        "computer",
        "default",
        "demo",
        "donald",
        "dragon",
        "examples",
        "example",
        "football",
        "freedom",
        "guest",
        "hello",
        "iloveyou",
        "jordan",
        "letmein",
        "login",
        "love",
        "market",
        "master",
        "michael",
        "monkey",
        "mustang",
        "officer",
        "pass",
        "passphrase",
        "passw",
        "password",
        "passwort",
        "police",
        "princess",
        "qazwsx",
        "qwer",
        "qwerty",
        "qwertyuiop",
        "root",
        "ranger",
        "secret",
        "security",
        "server",
        "service",
        "sheriff",
        "shadow",
        "soccer",
        "starwars",
        "state",
        "summer",
        "autumn",
        "winter",
        "spring",
        "sunshine",
        "superman",
        "system",
        "temp",
        "temporary",
        "test",
        "testing",
        "thunder",
        "training",
        "trustno",
        "trustnoone",
        "user",
        "welcome",
        "whatever",
        "zaqwsx",
        "zxcvbn",
        "zxcvbnm",
        "asdf",
        "asdfgh",
        "asdfghjkl",
        "correcthorsebatterystaple",
    ],
)
"""Words that are guessed first."""
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb")
_LEET = str.maketrans("013457@$!", "oleastasi")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_NOT_LETTERS = re.compile(r"[\W\d_]+")


def check_password(
    password: str,
    *,
    account: str = "",
    words: Iterable[str] = (),
    privileged: bool = False,
    listed: frozenset[bytes] = frozenset(),
) -> None:
    """Refuse, with the reason, a password that is too short, too long, unprintable, easily guessed or stolen.

    `words` are names that go with this account or site (agency, center, person); `privileged` asks for more length;
    `listed` is the site's list of stolen ones, as `read_compromised` gives it.
    """
    text = _normal(password)
    least = MIN_LENGTH_PRIVILEGED if privileged else MIN_LENGTH
    if len(text) < least:
        message = f"the password has {len(text)} characters; it needs {least} or more"
        raise Invalid(message, where=_WHERE, advice="A few words in a row make a good one; spaces are welcome.")
    if len(text) > MAX_LENGTH:
        message = f"the password has more than {MAX_LENGTH} characters"
        raise Invalid(message, where=_WHERE, advice="Choose a shorter one; it would not be cut.")
    if not text.isprintable():
        message = "the password has characters that cannot be printed"
        raise Invalid(message, where=_WHERE, advice="Any printable character and the space will do.")
    if is_compromised(text, account=account, words=words, listed=listed):
        message = "the password is among those that are guessed first, or is known to be stolen"
        raise Invalid(
            message, where=_WHERE, advice="Avoid common words, runs of keys, and your own or the center's name."
        )


def read_compromised(lines: Iterable[str]) -> frozenset[bytes]:
    """Read a list of stolen passwords: one a line, as text or as its SHA-1 in hex (with a count behind a colon or not)."""
    return frozenset(_listed(line) for line in (line.rstrip("\r\n") for line in lines) if line)


def _listed(line: str) -> bytes:
    digest = line.partition(":")[0]
    return bytes.fromhex(digest) if _SHA1.fullmatch(digest) else _sha1(line)


def _sha1(text: str) -> bytes:
    # such lists are published as SHA-1; it only finds a line here, and protects nothing
    return hashlib.sha1(unicodedata.normalize("NFKC", text).encode(), usedforsecurity=False).digest()


def is_compromised(
    password: str, *, account: str = "", words: Iterable[str] = (), listed: frozenset[bytes] = frozenset()
) -> bool:
    """Claim that a password is known to others: guessed by rule, or on the site's list (CJIS IA-5(1))."""
    text = _normal(password)
    return _is_guessable(text.casefold(), account, words) or _sha1(text) in listed


def hash_password(password: str, *, hasher: PasswordHasher = HASHER) -> str:
    """Return the Argon2id hash (PHC string, with its parameters and salt); the whole password counts."""
    return hasher.hash(_normal(password))


def verify_password(stored: str, password: str, *, hasher: PasswordHasher = HASHER) -> bool:
    """Claim that this password made the stored hash. A stored text that is no hash matches nothing."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        return hasher.verify(stored, _normal(password))
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str, *, hasher: PasswordHasher = HASHER) -> bool:
    """Claim that the stored hash has other parameters than today's: hash anew at the next sign-in."""
    try:
        return hasher.check_needs_rehash(stored)
    except InvalidHashError:
        return True


def waste_time(password: str, *, hasher: PasswordHasher = HASHER) -> None:
    """Work as long as a check would, for an account that is not there, so that answers do not tell which are."""
    if len(password) <= MAX_LENGTH:
        hash_password(password, hasher=hasher)


def new_first_password() -> str:
    """Return a password to be told to somebody once, who then chooses another: 16 letters and digits, 79 random bits.

    CJIS Security Policy 6.0 IA-5(1) asks for six characters or more where a machine chooses. Letters and digits that
    look alike are left out, because it is read aloud or copied by hand.
    """
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def new_secret() -> str:
    """Return a fresh secret for a session or an API token: 256 random bits, with a prefix that scanners can find."""
    return PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def digest_secret(secret: str) -> bytes:
    """Return what is stored in place of the secret (SHA-256, 32 bytes); 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def same_secret(stored_digest: bytes, secret: str) -> bool:
    """Claim, in constant time, that the secret made this digest."""
    return hmac.compare_digest(stored_digest, digest_secret(secret))


def csrf_token(session_secret: str) -> str:
    """Return the token that forms of this session must carry; it does not give the session's secret away."""
    mac = hmac.digest(session_secret.encode("utf-8", "surrogatepass"), b"tessera csrf v1", "sha256")
    return urlsafe_b64encode(mac).rstrip(b"=").decode()


def check_csrf(session_secret: str, token: str) -> bool:
    """Claim, in constant time, that the token belongs to this session."""
    expected = csrf_token(session_secret).encode()
    return hmac.compare_digest(expected, token.encode("utf-8", "surrogatepass"))


def _normal(password: str) -> str:
    """Bring different ways to type the same text together (NIST SP 800-63B: NFKC), and cut nothing."""
    try:
        password.encode()
    except UnicodeEncodeError as problem:
        message = "the password is not valid text"
        raise Invalid(message, where=_WHERE, advice="Type it again.") from problem
    return unicodedata.normalize("NFKC", password)


def _is_guessable(text: str, account: str, words: Iterable[str]) -> bool:
    own = {_bare(word) for word in (*_PRODUCT, account, *words)} - {""}
    guessed = COMMON | own
    return any(_is_made_of(bare, guessed) for bare in _readings(text)) or _is_run(text)


def _readings(text: str) -> set[str]:
    """Return the letters of a password, as written and with digits read as the letters they stand for."""
    trimmed = text.strip("0123456789!?.*#$_- ")
    return {_bare(text), _bare(text.translate(_LEET)), _bare(trimmed.translate(_LEET))} - {""}


def _bare(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())


def _is_made_of(text: str, guessed: frozenset[str]) -> bool:
    """Claim that the text is one or two guessed words, one after the other."""
    return text in guessed or any(text[:cut] in guessed and text[cut:] in guessed for cut in range(2, len(text) - 1))


def _is_run(text: str) -> bool:
    """Claim that the text repeats a short piece or follows keys and letters in a row."""
    repeats = any(text == (text[:size] * len(text))[: len(text)] for size in range(1, 5))
    long_runs = "".join(run * 3 for run in _RUNS), "".join(run[::-1] * 3 for run in _RUNS)
    return repeats or any(text in run for run in long_runs)
