"""E-mail addresses: one spelling, the mailbox behind it, and the domain."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from dataclasses import dataclass

from tessera.resolution.letters import is_filler, letters_and_digits, plain

_DOTS_MEAN_NOTHING = frozenset(["gmail.com", "googlemail.com"])
_ALSO = {"googlemail.com": "gmail.com"}
_NOBODY = frozenset(["noemail", "nomail", "noreply", "donotreply", "email", "none", "nobody", "notavailable", "noname"])
_SHARED = frozenset(
    (
        "gmail.com yahoo.com hotmail.com outlook.com aol.com icloud.com msn.com live.com me.com comcast.net "
        "verizon.net att.net sbcglobal.net ymail.com mail.com gmx.com proton.me protonmail.com example.com "
        "example.org example.net"
    ).split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An address. `mailbox` is where it is delivered; `organisation` its domain where that is one body's own, or empty."""

    address: str
    mailbox: str
    organisation: str


def email_of(text: str) -> Email | None:
    """Read an address; None where it is none, or is written to say that there is none.

    Case is folded in both parts: RFC 5321 2.4 lets a host tell local parts apart by case, and none in use does. What
    follows a plus sign is a detail of the same mailbox (RFC 5233).

    >>> email_of("Ana.Ruiz+work@GMail.com").mailbox, email_of("none@none.com")
    ('anaruiz@gmail.com', None)
    """
    address = plain(text).strip().strip("<>").lower().removeprefix("mailto:")
    name, at, domain = address.rpartition("@")
    domain = domain.rstrip(".")
    if not at or not name or "." not in domain or any(c.isspace() for c in address):
        return None
    compact = letters_and_digits(name)
    if compact.lower() in _NOBODY or is_filler(compact):
        return None
    return Email(
        address=f"{name}@{domain}", mailbox=_mailbox(name, domain), organisation="" if domain in _SHARED else domain
    )


def _mailbox(name: str, domain: str) -> str:
    base = name.partition("+")[0] or name
    if domain in _DOTS_MEAN_NOTHING:
        base = base.replace(".", "") or base
    return f"{base}@{_ALSO.get(domain, domain)}"


def website_domain(text: str) -> str | None:
    """Give the host of a web address without `www.`; None where it is no host or one shared by many.

    >>> website_domain("https://WWW.Example-Roofing.com/about"), website_domain("facebook.com/us")
    ('example-roofing.com', None)
    """
    rest = plain(text).strip().lower().partition("://")
    host = (rest[2] or rest[0]).partition("/")[0].partition("?")[0].rpartition("@")[2].partition(":")[0]
    host = host.removeprefix("www.").rstrip(".")
    return None if "." not in host or " " in host or host in _EVERYBODYS or host in _SHARED else host


_EVERYBODYS = frozenset(
    ["facebook.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "yelp.com", "google.com", "youtube.com"]
)
