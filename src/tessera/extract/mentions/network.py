"""What names machines, accounts and files on networks, also where it was written so that nobody follows it ("defanged")."""

import ipaddress
import re
from typing import Final

from tessera.extract.mentions.checks import base58check, bech32, eip55, hexadecimal
from tessera.extract.mentions.domains import EVERY_TLD, SURE_TLDS
from tessera.extract.mentions.pattern import Rule, before
from tessera.model.found import FoundBy, MentionType

_DOT: Final = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\s?[\[({]\s?(?i:dot)\s?[\])}]\s?)"
_AT: Final = r"(?:@|\s?\[@\]\s?|\s?\(@\)\s?|\s?[\[({]\s?(?i:at)\s?[\])}]\s?)"
_LABEL: Final = r"[A-Za-z\d](?:[A-Za-z\d_-]{0,61}[A-Za-z\d])?"
_HOST: Final = rf"(?:{_LABEL}{_DOT})+(?P<tld>[A-Za-z]{{2,18}}|xn--[a-z\d-]{{4,40}})"
_URL: Final = re.compile(
    r"(?<![A-Za-z\d])(?P<scheme>h(?:tt|xx|XX|\*\*)ps?|[Ff][Tt]Ps?|ftps?|fxps?|wss?|ldaps?)(?P<colon>\[:\]|:|\[://\]|:\[//\])(?:(?<=\])|//|\[//\])"
    r"(?P<rest>[^\s<>\"'`|]+)"
)
_WWW: Final = re.compile(rf"(?<![\w.@/-])(?P<rest>(?:www|WWW){_DOT}{_HOST}(?:/[^\s<>\"'`|]*)?)")
_EMAIL: Final = re.compile(
    rf"(?<![\w.+%/-])(?P<local>[A-Za-z\d](?:[\w.+%'-]{{0,62}}[\w+-])?){_AT}(?P<host>{_HOST})(?![\w@-])"
)
_DOMAIN: Final = re.compile(rf"(?<![\w.@/\\-])(?P<host>{_HOST})(?![\w@\\-]|\.\w|://)")
_IPV4: Final = re.compile(
    rf"(?<![\w.-])(?P<ip>(?:\d{{1,3}}{_DOT}){{3}}\d{{1,3}})(?![\w-]|\.\d|\[\.\])(?:/\d{{1,2}}(?!\d))?"
)
_IPV6: Final = re.compile(
    r"(?<![\w:.])(?P<ip>(?:[\dA-Fa-f]{0,4}:){2,7}(?:[\dA-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?)(?![\w:]|\.\d)"
)
_MAC: Final = re.compile(
    r"(?<![\w:.-])(?:(?:[\dA-Fa-f]{2}([:-]))(?:[\dA-Fa-f]{2}\1){4}[\dA-Fa-f]{2}|(?:[\dA-Fa-f]{4}\.){2}[\dA-Fa-f]{4})(?![\w:-]|\.\w)"
)
_HASH: Final = re.compile(
    r"(?<![\w-])(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64}|[\da-f]{96}|[\da-f]{128}|[\dA-F]{32}|[\dA-F]{40}|[\dA-F]{64}|[\dA-F]{96}|[\dA-F]{128})(?![\w-])"
)
_CVE: Final = re.compile(r"(?<![\w-])[Cc][Vv][Ee][-\u2010-\u2014 ](\d{4})[-\u2010-\u2014](\d{4,7})(?![\d])")
_BTC: Final = re.compile(r"(?<![\w])(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc1|BC1)[\dA-Za-z]{11,71})(?!\w)")
_ETH: Final = re.compile(r"(?<!\w)0x[\dA-Fa-f]{40}(?!\w)")
_VERSION: Final = re.compile(
    r"(?:\b(?:version|ver|v|vers|release|rel|build|rev|revision|firmware|driver|section|sec|chapter|oid|patch|update|clause|para|paragraph|kernel|software|chrome|firefox|safari|edge|agent|client|api|sdk|step|item|figure|table|rule)|§)[\s.:/#-]*$"
)
_NOT_A_HASH: Final = re.compile(
    r"(?:uuid|guid|trace ?id|span ?id|session ?id|session|request ?id|api ?key|token|nonce|salt|iv|seed|color|colour|id)[\s:=#\"'-]*$"
)
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_YEAR_OF_FIRST_CVE, _LAST_YEAR = 1999, 2100


def refanged(text: str) -> str:
    """Write an indicator as it was before somebody made it harmless.

    >>> refanged("hxxps[:]//evil[.]example[.]com/a"), refanged("ann [at] example [dot] org")
    ('https://evil.example.com/a', 'ann@example.org')
    """
    plain = re.sub(r"\s?[\[({]\s?(?:\.|(?i:dot))\s?[\])}]\s?", ".", text)
    plain = re.sub(r"\s?[\[({]\s?(?:@|(?i:at))\s?[\])}]\s?", "@", plain)
    plain = plain.replace("[:]", ":").replace("[://]", "://").replace("[//]", "//").replace("[/]", "/")
    return re.sub(r"^(?i:h(?:xx|\*\*)p|fxp)", lambda m: "ftp" if m[0][0] in "fF" else "http", plain)


def _trimmed(text: str) -> str:
    """Take off the marks of the sentence that stand behind an address."""
    while text:
        last = text[-1]
        if last in ".,;:!?'\"*_\u2019\u201d" or (last in _CLOSING and text.count(last) > text.count(_CLOSING[last])):
            text = text[:-1]
            continue
        return text
    return text


def _url(match: re.Match[str]) -> str | None:
    whole = _trimmed(match[0])
    plain = refanged(whole)
    scheme, _, rest = plain.partition("://")
    host, slash, path = rest.partition("/")
    name = host.rpartition("@")[2].partition(":")[0]
    if not re.fullmatch(r"(?:[\w-]+\.)+[\w-]{2,}|\d{1,3}(?:\.\d{1,3}){3}|localhost|\[[\da-fA-F:.]+\]?", name):
        return None
    return f"{scheme.lower()}://{host.lower()}{slash}{path}"


def _www(match: re.Match[str]) -> str | None:
    plain = refanged(_trimmed(match["rest"]))
    host, slash, path = plain.partition("/")
    return f"http://{host.lower()}{slash}{path}" if host.rpartition(".")[2].lower() in EVERY_TLD else None


def _email(match: re.Match[str]) -> str | None:
    host = refanged(match["host"]).lower()
    local = match["local"]
    if match["tld"].lower() not in EVERY_TLD and not match["tld"].startswith("xn--"):
        return None
    return f"{local.lower()}@{host}" if ".." not in local and ".." not in host else None


def _domain(match: re.Match[str]) -> str | None:
    """Read a bare name of a host. Endings that are also words or file types count only where it was defanged."""
    said, tld = match["host"], match["tld"]
    plain = refanged(said)
    defanged = plain != said
    if tld.lower() not in (EVERY_TLD if defanged else SURE_TLDS):
        return None
    first = plain.partition(".")[0]
    mixed = tld[0].isupper() and not plain.isupper()
    lone = len(first) == 1 and plain.count(".") == 1
    return plain.lower() if not mixed and not lone and not plain.replace(".", "").isdigit() else None


def _ipv4(match: re.Match[str]) -> str | None:
    plain = refanged(match["ip"])
    if _VERSION.search(before(match)) and plain == match["ip"]:
        return None
    try:
        return str(ipaddress.IPv4Address(plain))
    except ValueError:
        return None


def _ipv6(match: re.Match[str]) -> str | None:
    text = match["ip"]
    if len(text) < 4 or not any(c.isdigit() for c in text):  # noqa: PLR2004 - "::" and names with colons
        return None
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        return None


def _mac(match: re.Match[str]) -> str | None:
    signs = re.sub(r"[:.-]", "", match[0]).lower()
    if signs == "0" * 12 or (signs.isdigit() and "." in match[0]):
        return None
    return ":".join(signs[at : at + 2] for at in range(0, 12, 2))


def _hash(match: re.Match[str]) -> str | None:
    if not hexadecimal(match[0]) or _NOT_A_HASH.search(before(match)):
        return None
    return match[0].lower()


def _cve(match: re.Match[str]) -> str | None:
    return f"CVE-{match[1]}-{match[2]}" if _YEAR_OF_FIRST_CVE <= int(match[1]) < _LAST_YEAR else None


def _bitcoin(match: re.Match[str]) -> str | None:
    address = match[0]
    if address[:3].lower() == "bc1":
        return address.lower() if bech32(address) else None
    return address if base58check(address) else None


def _ethereum(match: re.Match[str]) -> str | None:
    return match[0] if eip55(match[0]) and len(set(match[0][2:].lower())) > 4 else None  # noqa: PLR2004 - the zero address is nobody's


_DOTTED: Final = re.compile(r"[.\])}]")
RULES: Final = (
    Rule(name="url", type=MentionType.URL, pattern=_URL, read=_url, confidence=0.99, hint=re.compile("//"), trim=_trimmed),
    Rule(name="www", type=MentionType.URL, pattern=_WWW, read=_www, confidence=0.99, hint=re.compile("(?i:www)"), trim=_trimmed),
    Rule(name="email", type=MentionType.EMAIL, pattern=_EMAIL, read=_email, confidence=0.99, hint=re.compile(r"@|[Aa][Tt]")),
    Rule(name="ipv4", type=MentionType.IP, pattern=_IPV4, read=_ipv4, confidence=0.98, hint=re.compile(r"\d[.\[( ]"), group=1),
    Rule(name="ipv6", type=MentionType.IP, pattern=_IPV6, read=_ipv6, confidence=0.98, hint=re.compile("::|(?:[^:]:){4}|:[^:]{1,4}:[^:]{1,4}:")),
    Rule(name="mac", type=MentionType.MAC, pattern=_MAC, read=_mac, confidence=0.98, hint=re.compile(r"[\dA-Fa-f][:.-][\dA-Fa-f]{2}")),
    Rule(name="ethereum", type=MentionType.COIN, pattern=_ETH, read=_ethereum, confidence=0.99, by=FoundBy.CHECKSUM, hint=re.compile("0x")),
    Rule(name="bitcoin", type=MentionType.COIN, pattern=_BTC, read=_bitcoin, confidence=0.99, by=FoundBy.CHECKSUM, hint=re.compile(r"[13][1-9A-Za-z]{25}|(?i:bc1)")),
    Rule(name="hash", type=MentionType.HASH, pattern=_HASH, read=_hash, confidence=0.98, hint=re.compile(r"[\da-fA-F]{32}")),
    Rule(name="cve", type=MentionType.CVE, pattern=_CVE, read=_cve, confidence=0.99, hint=re.compile("(?i:cve)")),
    Rule(name="domain", type=MentionType.DOMAIN, pattern=_DOMAIN, read=_domain, confidence=0.97, hint=_DOTTED, group=1),
)  # fmt: skip
