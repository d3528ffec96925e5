"""Indicators of networks: addresses of mail, web, hosts and hardware, hashes of files, numbers of vulnerabilities.

What was written so that nobody clicks on it (hxxp, [.], [at]) is read, and its value is the plain one.
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule, anywhere, at_figures, at_tokens, before, behind
from tessera.extract.mentions.top_level_domains import FILE_ENDINGS, TOP_LEVEL, WORDS
from tessera.model.found import MentionType

_BRACKETED: Final = r"\s?[\[({]\s?(?:\.|dot|DOT)\s?[\])}]\s?"
_DOT: Final = rf"(?:\.|{_BRACKETED}|\[\.|\.\])"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}+)"
_HOST: Final = re.compile(rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,12}}", re.ASCII)
_AT: Final = re.compile(r"\s?[\[({]\s?(?:@|at|AT)\s?[\])}]\s?|@")
_LOCAL: Final = re.compile(r"(?:[A-Za-z0-9._%+'-]|[\[({](?:\.|dot|DOT)[\])}]){1,64}\Z", re.ASCII)
_LOOSE_DOT: Final = re.compile(rf"{_BRACKETED}|\[\.|\.\]")
_ENDINGS: Final = ".,;:!?'\"*>|"
_LONGEST_URL: Final = 2048
_SHORTEST_NAME: Final = 2
_SECURE_LABELS: Final = 3
_SPECIAL: Final = frozenset("corp example home internal intranet invalid lan local localdomain private test".split())  # noqa: SIM905 - a list of words
"""Endings that are no top-level domains and stand in addresses all the same (RFC 2606, RFC 6762, habits of networks)."""
_KNOWN: Final = TOP_LEVEL | _SPECIAL
_HOSTNAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_SECOND: Final = frozenset(["ac", "co", "com", "edu", "gob", "gov", "info", "mil", "net", "org"])
"""Labels under which countries give out names."""


def refanged(text: str) -> str:
    """Write an indicator plainly.

    >>> refanged("hxxps[:]//drop[.]example(.)com/a"), refanged("ops[at]example[dot]org")
    ('https://drop.example.com/a', 'ops@example.org')
    """
    plain = _AT.sub("@", _LOOSE_DOT.sub(".", text)).replace("[:]", ":").replace("[/]", "/").replace("[://]", "://")
    plain = re.sub(r"\A(s?f)x(ps?:)", r"\1t\2", plain, flags=re.IGNORECASE)
    return re.sub(r"\A(h)xx(ps?)", r"\1tt\2", plain, flags=re.IGNORECASE)


def _is_host(host: str) -> bool:
    """Say whether this ends in a top-level domain and has sound labels."""
    labels = host.split(".")
    return (
        len(labels) > 1
        and labels[-1].lower() in _KNOWN
        and all(label and not label.startswith("-") and not label.endswith("-") for label in labels)
    )


def _host_at(text: str, start: int) -> tuple[int, str] | None:
    """Read the longest host that starts here and ends in a top-level domain."""
    found = _HOST.match(text, start)
    if found is None:
        return None
    end = found.end()
    while True:
        host = refanged(text[start:end])
        if _is_host(host):
            return end, host.lower()
        cut = max((dot.start() for dot in re.finditer(_DOT, text[start:end])), default=0)
        if not cut:
            return None
        end = start + cut


def emails(look: Look) -> Iterator[Hit]:
    """Find addresses of e-mail around each @ and each [at]."""
    text = look.text
    for at in _AT.finditer(text):
        user = _LOCAL.search(text, max(0, at.start() - 64), at.start())
        host = _host_at(text, at.end())
        if user is None or host is None:
            continue
        said = user.group().lstrip(".'-")
        name = refanged(said)
        if name and not name.endswith(".") and ".." not in name:
            yield at.start() - len(said), host[0], f"{name}@{host[1]}".lower()


_URL = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:h(?:tt|xx)ps?|s?f[tx]ps?|tcp|udp|ssh|smb|ldaps?|rtsp|wss?|telnet|rdp|ircs?|HXXPS?|HTTPS?|hXXps?)(?:\[?:\]?//|\[://\])|www(?:\.|\[\.\]|\(\.\)))[^\s<>\"'`“”]++",
)


def urls(look: Look) -> Iterator[Hit]:
    """Find web addresses; marks that end the sentence around one are not part of it."""
    for match in _URL.finditer(look.text):
        said = _without_end(match.group()[:_LONGEST_URL])
        plain = refanged(said)
        scheme, parted, rest = plain.partition("://")
        if not parted:
            scheme, rest = "", plain
        host, path = re.match(r"([^/?#]*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
        name = host.rpartition("@")[2].partition(":")[0]
        if (not parted and not path) or not (_is_reachable(name) or (parted and _HOSTNAME.fullmatch(name))):
            continue
        yield match.start(), match.start() + len(said), (scheme.lower() + parted + host.lower() + path)


def _is_reachable(name: str) -> bool:
    return _is_host(name) or name == "localhost" or "[" in name or _ip4(name) is not None


def _without_end(said: str) -> str:
    while said:
        last = said[-1]
        if last in _ENDINGS or (last in ")]}" and not _is_balanced(said, last)):
            said = said[:-1]
        else:
            break
    return said


def _is_balanced(said: str, closing: str) -> bool:
    return said.count({")": "(", "]": "[", "}": "{"}[closing]) >= said.count(closing)


_JOINT = re.compile(rf"\.(?=[A-Za-z0-9])|{_BRACKETED}(?=[A-Za-z0-9])|\[\.(?=[A-Za-z0-9])|\.\](?=[A-Za-z0-9])")
_PLAIN_JOINT = re.compile(r"\.(?=[A-Za-z0-9])")
_LAST_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}\Z", re.ASCII)
_INSIDE: Final = frozenset("@._/\\-")
_PEOPLED = frozenset(["ai", "cc", "la", "pl", "st"])
"""Endings of files that are far more often those of hosts, where there are three labels."""
_PROGRAMS = frozenset({"asp.net", "vb.net", "ado.net"})


def domains(look: Look) -> Iterator[Hit]:
    """Find domains that stand alone."""
    text, after = look.text, 0
    joint = _JOINT if "[" in text or "(" in text or "{" in text else _PLAIN_JOINT
    for dot in joint.finditer(text):
        start = _start_of_label(text, dot.start(), after)
        if start is None:
            continue
        found = _host_at(text, start)
        if found is None:
            continue
        after = found[0]
        if text[after : after + 1] not in {"@", "(", "/"} and _is_named(text[start:after], found[1]):
            yield start, after, found[1]


def _start_of_label(text: str, dot: int, after: int) -> int | None:
    """Give where the label in front of a dot begins; None where it is part of something else, or too long."""
    label = _LAST_LABEL.search(text, max(after, dot - 64), dot)
    if label is None or text[label.start() - 1 : label.start()] in _INSIDE:
        return None
    return label.start()


def _is_named(said: str, host: str) -> bool:
    """Say whether a host is meant, and not the name of a file, of a program, or two sentences without a space."""
    labels = host.split(".")
    top = labels[-1]
    if host in _PROGRAMS or all(len(label) < _SHORTEST_NAME for label in labels[:-1]):
        return False
    if said != refanged(said) or labels[0] == "www" or top == "onion":
        return True
    ending = said.rpartition(".")[2]
    if top in _SPECIAL or (ending[0].isupper() and not said.isupper()):
        return False
    if top in FILE_ENDINGS and top != "com" and len(labels) >= _SECURE_LABELS:
        return labels[-2] in _SECOND or top in _PEOPLED
    return top not in FILE_ENDINGS | WORDS or len(labels) >= _SECURE_LABELS


_TOP_AND_SLASH = re.compile(r"\.[A-Za-z]{2,12}/")
_SHORT = re.compile(
    r"(?<![A-Za-z0-9@._/\\:-])[A-Za-z0-9][A-Za-z0-9_-]{0,61}+(?:\.[A-Za-z0-9_-]{1,62}+){1,6}/[^\s<>\"'`“”]++", re.ASCII
)


def short_urls(look: Look) -> Iterator[Hit]:
    """Find web addresses without a scheme, such as example.com/a."""
    text = look.text
    for slash_at in _TOP_AND_SLASH.finditer(text):
        start = max(text.rfind(sign, 0, slash_at.start()) for sign in " \n\t(\"'<,;") + 1
        match = _SHORT.match(text, start)
        if match is None:
            continue
        said = _without_end(match.group())
        host, slash, path = said.partition("/")
        if slash and _is_host(host) and host.rpartition(".")[2].lower() not in FILE_ENDINGS - {"sh", "la", "ai"}:
            yield match.start(), match.start() + len(said), host.lower() + slash + path


_IP4 = re.compile(rf"(?<![\w.:/\\-])(\d{{1,3}})(?:{_DOT}(\d{{1,3}})){{3}}(?![\w]|{_DOT}\w|-\d)", re.ASCII)
_ANY_NUMBERS: Final = frozenset({"0.0.0.0", "1.2.3.4"})  # noqa: S104 - nothing is bound
"""Addresses that people also use to mean any four numbers."""
_VERSIONED = re.compile(
    r"(?i)(?:\b(?:versions?|ver|v|release[ds]?|build|firmware|rev(?:ision)?|sec(?:tion)?s?|chapters?|para(?:graph)?s?|oid|patch|"
    r"update|kernel|driver|clause|article|rule|item|step|table|figure|chrome|firefox|safari|edge|opera|android|ios|windows|"
    r"python|java|openssl|nginx|apache|sdk|api|runtime|plugin|package|library)\.?[\s:#=/]{1,3}(?:(?:is|no|number)\.?\s)?|§\s?)\Z"
)
_VERSION_AFTER = re.compile(
    r"(?i)\s(?:of the (?:software|firmware|manual|handbook|code|standard)|version|release\b|build\b)"
)


def _ip4(text: str) -> str | None:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        return None


def _read_ip4(match: re.Match[str]) -> str | None:
    value = _ip4(refanged(match.group()))
    if value is None or _VERSIONED.search(before(match, 24)) or _VERSION_AFTER.match(behind(match, 24)):
        return None
    return value if value not in _ANY_NUMBERS or match.group() != refanged(match.group()) else _kept(match, value)


def _kept(match: re.Match[str], value: str) -> str | None:
    """Keep an address that people also use to mean any four numbers only where the text says that it is one."""
    return value if re.search(r"(?i)\b(?:ip|address|host|server|from|to)\W{1,3}\Z", before(match, 12)) else None


_IP6 = re.compile(
    r"(?<![\w:.])(?=[^\s]*:[0-9A-Fa-f]{0,4}:)(?:::(?:ffff:|FFFF:)?\d{1,3}(?:\.\d{1,3}){3}(?![\w:]|\.\d)|[0-9A-Fa-f:]*[0-9A-Fa-f](?![\w:]|\.\d))",
    re.ASCII,
)


def _read_ip6(match: re.Match[str]) -> str | None:
    said = match.group()
    if not any(c.isdigit() for c in said):
        return None
    try:
        return str(ipaddress.IPv6Address(said))
    except ValueError:
        return None


def _ip6s(look: Look) -> Iterator[Hit]:
    if look.text.count(":") > 1:
        yield from anywhere(_IP6, _read_ip6)(look)


_MAC = re.compile(
    r"(?<![\w:-])(?:[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![\w]|[:-]\w)",
    re.ASCII,
)


def _read_mac(match: re.Match[str]) -> str | None:
    said = match.groupdict().get("mac") or match.group()
    joined = re.sub(r"[^0-9a-f]", "", said.lower())
    if len(set(joined)) == 1 and joined[0] != "f":
        return None
    return ":".join(joined[at : at + 2] for at in range(0, 12, 2))


def _macs(look: Look) -> Iterator[Hit]:
    count = look.text.count
    if count(":") > 4 or count("-") > 4 or (count(".") > 1 and _DOTTED.search(look.text)):  # noqa: PLR2004 - six pairs
        yield from anywhere(_MAC, _read_mac)(look)
    if "mac" in look.words:
        yield from anywhere(_BARE_MAC, _read_mac, "mac")(look)


_BARE_MAC = re.compile(
    r"(?i)\bmac(?:\s(?:address|addr|id))?(?:\s(?:is|was))?[\s:#]{1,3}(?P<mac>(?=[0-9A-F]*\d)[0-9A-F]{12})(?![\w-])",
    re.ASCII,
)
_DOTTED = re.compile(r"\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}")
_HASH = re.compile(r"(?<![\w-])(?:[0-9A-Fa-f]{128}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![\w-])", re.ASCII)
_NO_HASH = re.compile(
    r"(?i)\b(?:uuid|guid|commit|git|txid|transaction|tx|session|token|key|api|trace|request|correlation|span|etag)\b[^.\n]{0,12}\Z"
)


def _read_hash(match: re.Match[str]) -> str | None:
    said = match.group().lower()
    if said.isdigit() or said.isalpha() or len(set(said)) < 6 or _NO_HASH.search(before(match, 28)):  # noqa: PLR2004 - a digest is varied
        return None
    return said


_CVE = re.compile(r"(?i)(?<![\w-])CVE[\s_\u2010-\u2015-]((?:19|20)\d\d)[\s\u2010-\u2015-](\d{4,7})(?![\w-])", re.ASCII)


def _read_cve(match: re.Match[str]) -> str:
    return f"CVE-{match[1]}-{match[2]}"


_T = MentionType
RULES: Final = (
    Rule(
        name="e-mail address",
        type=_T.EMAIL,
        find=emails,
        confidence=0.98,
        parts=("@", "at]", "at)", "at }", "at}", "at ]", "at )"),
    ),
    Rule(
        name="web address", type=_T.URL, find=urls, confidence=0.98, parts=("://", "www", ":]//", ":]/", "hxxp", "fxp")
    ),
    Rule(name="web address without scheme", type=_T.URL, find=short_urls, confidence=0.97, parts=("/",)),
    Rule(name="IPv4 address", type=_T.IP, find=at_figures(_IP4, _read_ip4), confidence=0.98),
    Rule(name="IPv6 address", type=_T.IP, find=_ip6s, confidence=0.97, parts=(":",)),
    Rule(name="domain", type=_T.DOMAIN, find=domains, confidence=0.98, parts=(".", "dot")),
    Rule(name="MAC address", type=_T.MAC, find=_macs, confidence=0.97),
    Rule(name="file hash", type=_T.HASH, find=at_tokens(_HASH, _read_hash), confidence=0.98),
    Rule(name="CVE", type=_T.CVE, find=anywhere(_CVE, _read_cve), confidence=0.98, parts=("cve",)),
)
