"""Indicators of networks: addresses of mail, web, hosts and hardware, hashes of files, numbers of vulnerabilities.

What was written so that nobody clicks on it (hxxp, [.], [at]) is read, and its value is the plain one.
"""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule, anywhere, at_tokens, before, behind
from tessera.extract.mentions.top_level_domains import FILE_ENDINGS, GENERIC, TOP_LEVEL, WORDS
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


_QUOTED = re.compile(r"(?<![\w\"])\"[A-Za-z0-9._%+-]{1,62}\"\Z", re.ASCII)
_BOUNCE = re.compile(
    r"(?<![\w.+=-])(?:bounces?|prvs|verp|returns?|owner|srs\d?)[A-Za-z0-9._+-]{1,48}=\Z", re.ASCII | re.IGNORECASE
)
"""Begins the address to which mail comes back that could not be delivered: bounce-8812=dave@lists.example.net."""


def _quoted(text: str, at: int) -> str:
    """Give a name in quotation marks in front of an @ (RFC 5321, 4.1.2)."""
    found = _QUOTED.search(text, max(0, at - 64), at)
    return found.group() if found else ""


def emails(look: Look) -> Iterator[Hit]:
    """Find addresses of e-mail around each @ and each [at]."""
    text = look.text
    for at in _AT.finditer(text):
        user = _LOCAL.search(text, max(0, at.start() - 64), at.start())
        host = _host_at(text, at.end())
        if host is None:
            continue
        said = (user.group().lstrip(".'-") if user else "") or _quoted(text, at.start())
        bounced = _BOUNCE.search(text, max(0, at.start() - len(said) - 64), at.start() - len(said)) if said else None
        said = bounced.group() + said if bounced else said
        name = refanged(said)
        if name and not name.endswith(".") and ".." not in name:
            yield at.start() - len(said), host[0], f"{name}@{host[1]}".lower()


_URL = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:h(?:tt|xx)ps?|s?f[tx]ps?|tcp|udp|ssh|smb|ldaps?|rtsp|wss?|telnet|rdp|ircs?|HXXPS?|HTTPS?|hXXps?)(?:\[?:\]?//|\[://\])|www(?:\.|\[\.\]|\(\.\)))[^\s<>\"'`“”]++",
)


def urls(look: Look) -> Iterator[Hit]:
    """Find web addresses; marks that end the sentence around one are not part of it."""
    ends = {cell.start: cell.end for cell in look.cells}
    for match in _URL.finditer(look.text):
        last = min(match.end(), ends.get(match.start(), match.end()))
        said = _without_end(look.text[match.start() : last][:_LONGEST_URL])
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
_OPEN: Final = frozenset(" \t\n>*)]}\"'(=,;:")
"""What stands before a dot whose first label was left out: *.example.com, <id>.example.com."""
_PEOPLED = frozenset(["ai", "cc", "la", "pl", "st"])
"""Endings of files that are far more often those of hosts, where there are three labels."""
_COMPOUND: Final = re.compile(r"[a-z0-9]-[a-z0-9]|\d")
"""In a label, tells that no sentence ends there."""
_DOCUMENTED: Final = (".example", ".test", ".invalid")
"""Endings that are kept free for examples (RFC 2606)."""
_HOSTED = re.compile(
    r"(?i)\b(?:domains?|hosts?|hostnames?|servers?|ns|mx|dns|cname|sites?|websites?|web|pages?|portal|url|link|visit(?:ed)?|at|on|via|from|to|whois|registrar|registered|"
    r"called|named|resolv\w+|looks? like|lookalike|spoof\w*|brows\w+|beacon\w*|c2|block(?:ed)?|sinkhole\w*|queries|query|queried|for|and|or|iocs?|mirror|mail)"
    r"(?:\s(?:name|is|was|the|a|to|at|for))?[\s:=,\"']{1,3}\Z"
)
_TOLD_ENDINGS: Final = frozenset({"app", "cc", "mov", "sh", "st", "zip"})
"""Endings of files that are a domain behind a word for one."""
_TOLD_HOST = re.compile(
    r"(?i)\b(?:domains?|hosts?|hostnames?|servers?|sites?|websites?|portal|c2|visit(?:ed)?|resolv\w+|beacon\w*)"
    r"(?:\s(?:name|is|was|the|to|at))?[\s:=,\"']{1,3}\Z"
)
_PROGRAMS = frozenset({"asp.net", "vb.net", "ado.net"})


def domains(look: Look) -> Iterator[Hit]:
    """Find domains that stand alone."""
    text, after = look.text, 0
    joint = _JOINT if "[" in text or "(" in text or "{" in text else _PLAIN_JOINT
    for dot in joint.finditer(text):
        start = _start_of_label(text, dot.start(), after)
        if start is None:
            continue
        named = text[start] == "_"
        found = _host_at(text, start + named)
        if found is None:
            continue
        after, host = found[0], "_" * named + found[1]
        if text[after : after + 1] in {"@", "(", "/"}:
            continue
        if (
            _is_named(text[start:after], host)
            or (text[start - 1 : start] == "(" and text[after : after + 1] == ")" and _is_a_site(host))
            or text[max(0, start - 2) : start] == "*."
            or (
                (host.endswith(_DOCUMENTED) or host.rpartition(".")[2] in _PEOPLED)
                and _HOSTED.search(text[max(0, start - 28) : start])
            )
            or (host.rpartition(".")[2] in _TOLD_ENDINGS and _TOLD_HOST.search(text[max(0, start - 24) : start]))
        ):
            yield start, after, host


def _is_a_site(host: str) -> bool:
    """Claim that a host alone in brackets is one, though its ending is a word: (sussexmarsh.us)."""
    name, _, top = host.rpartition(".")
    return len(name) > _SHORTEST_SITE and top not in FILE_ENDINGS and name.isascii()


_SHORTEST_SITE: Final = 7


def _start_of_label(text: str, dot: int, after: int) -> int | None:
    """Give where the label in front of a dot begins; None where it is part of something else, or too long."""
    label = _LAST_LABEL.search(text, max(after, dot - 64), dot)
    if label is None:
        return None
    start = label.start()
    sign = text[start - 1 : start]
    if sign == "." and start > after + 1 and text[start - 2] in _OPEN:
        return start
    if sign == "_" and (start == 1 or not (text[start - 2].isalnum() or text[start - 2] in _INSIDE)):
        return start - 1
    return None if sign in _INSIDE and sign else start


def _is_named(said: str, host: str) -> bool:
    """Say whether a host is meant, and not the name of a file, of a program, or two sentences without a space."""
    labels = host.split(".")
    top = labels[-1]
    if host in _PROGRAMS or all(len(label) < _SHORTEST_NAME for label in labels[:-1]):
        return False
    if said != refanged(said) or labels[0] == "www" or top == "onion":
        return True
    ending = said.rpartition(".")[2]
    if top in _SPECIAL:
        return top == "example" and len(labels) >= _SECURE_LABELS and not ending[0].isupper()
    if ending[0].isupper() and not said.isupper():
        return False
    if top in FILE_ENDINGS and top != "com" and len(labels) >= _SECURE_LABELS:
        return labels[-2] in _SECOND or top in _PEOPLED
    compound = top in WORDS and _COMPOUND.search(labels[-2]) is not None
    return compound or top not in FILE_ENDINGS | WORDS or len(labels) >= _SECURE_LABELS


_SAID: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_SAID_HOST: Final = re.compile(
    rf"(?i)(?<![\w.@-])(?:(?P<user>{_SAID}(?:\s(?:dot|underscore|dash)\s{_SAID}){{0,3}})\sat\s)?(?P<host>{_SAID}(?:\sdot\s{_SAID}){{1,4}})(?![\w-])"
)
_SAID_SIGNS: Final = {"dot": ".", "underscore": "_", "dash": "-"}
_NO_LABEL: Final = frozenset({"the", "a", "this", "that", "polka", "every", "one", "each", "of", "and", "red", "blue"})


def said(look: Look) -> Iterator[tuple[int, int, str]]:
    """Find hosts and addresses of mail that were spoken: "denise at harbor dot example dot com"."""
    for match in _SAID_HOST.finditer(look.text):
        host = _in_signs(match["host"])
        first, top = host.partition(".")[0], host.rpartition(".")[2]
        if top not in GENERIC | {"example", "us", "uk", "io", "co"} or first in _NO_LABEL:
            continue
        if match["user"]:
            yield *match.span(), f"{_in_signs(match['user'])}@{host}"
        elif _SITE.search(look.text[max(0, match.start() - 32) : match.start()]):
            yield *match.span("host"), host


_SITE: Final = re.compile(
    r"(?i)\b(?:web\s?sites?|sites?|go(?:ing)? to|goes to|visit(?:ed)?|domain|page|online at|link|www|address|log(?:ged)? (?:in|on)(?:to)?|called)\b[^.;\n]{0,16}\Z"
)


def _in_signs(text: str) -> str:
    return "".join(_SAID_SIGNS.get(word, word) for word in text.lower().split())


def _said_mail(look: Look) -> Iterator[Hit]:
    yield from (hit for hit in said(look) if "@" in hit[2])


def _said_host(look: Look) -> Iterator[Hit]:
    yield from (hit for hit in said(look) if "@" not in hit[2])


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


_IP4 = re.compile(
    rf"(?:(?<![\w.:/\\-])|(?<=[A-Za-z][A-Za-z]:)|(?<=[A-Za-z]/)|(?<=\bip4:)|(?<=\d\.\d\d-)|(?<=\d\.\d-)|(?<=\d\.\d\d\d-)|(?<=\\\\))(\d{{1,3}})(?:{_DOT}(\d{{1,3}})){{3}}"
    rf"(?![\w]|{_DOT}\w)",
    re.ASCII,
)
_ANY_NUMBERS: Final = frozenset({"0.0.0.0", "1.2.3.4"})  # noqa: S104 - nothing is bound
"""Addresses that people also use to mean any four numbers."""
_VERSIONED = re.compile(
    r"(?i)(?:(?<![a-z])(?:versions?|ver|v|vers|release[ds]?|build|firmware|fw|sw|software|rev(?:ision)?|sec(?:tion)?s?|chapters?|para(?:graph)?s?|oid|patch(?:ed)?|"
    r"update[ds]?|kernel|driver|clause|article|rule|item|step|table|figure|fig|chrome|firefox|safari|edge|opera|android|ios|windows|"
    r"python|java|openssl|nginx|apache|sdk|api|runtime|plugin|package|library|agent|bios|app|running|runs|run|fix|installed|annex|appendix|§)[\"']?\.?[ \t:#=/]{1,3}[\"']?(?:(?:is|no|number)\.?\s)?|§\s?)\Z"
)
_VERSION_AFTER = re.compile(
    r"(?i)\s(?:of the (?:software|firmware|manual|handbook|code|standard)|versions?\b|release\b|build\b|firmware\b|software\b|patch\b|update\b|driver\b|kernel\b|and (?:earlier|below|older|prior|later|newer|above)\b|or (?:earlier|later|newer|older|above|below)\b|(?:is|are|was|were) (?:vulnerable|affected|patched|installed|unsupported|outdated|end of life|the latest))"
)
_RELEASED = re.compile(
    r"(?i)\b(?:upgrad\w+|downgrad\w+|roll(?:ed|ing)?[ -]?(?:back|out)|patched|fixed in|fixes|vulnerable|affected|affects|prior to|earlier than|older than|"
    r"versions?|firmware|releases?|released|hotfix|update[ds]? (?:from|to)|updated|ships with|build|changelog)\b"
)
_NETWORKED = re.compile(
    r"(?i)\b(?:ips?|ipv4|addr(?:ess)?(?:es)?|hosts?|servers?|subnets?|routers?|gateways?|firewall|src|dst|source|dest(?:ination)?|traffic|ports?|ping(?:ed|s)?|client|"
    r"scann?(?:ed|ing|s)?|connect\w*|beacon\w*|c2|dns|logins?|log(?:ged)? ?in|attack\w*|block\w*|den(?:y|ied)|nat|vpn|lan|dhcp|camera|listen\w*|bind|bound|resolv\w*|"
    r"exploit\w* from|download\w* from|mail|smtp|ssh|rdp|http|tcp|udp|url|site|proxy|node|peer|iocs?)\b"
)
_PRODUCT = re.compile(r"(?<![\w.])(?:[A-Z][a-z]+[A-Z][A-Za-z]+|[a-z]{1,3}[A-Z][A-Za-z]+)\s\Z")
"""A name with a capital within, such as OpenPanel."""
_NEXT_VERSION: Final = re.compile(
    r"(?i)\s?(?:,|;|and|or|to|through|thru|-|\u2013|&|until|up to|before|prior to|->|\u2192)?(?:\s(?:and|or|are|is|was|were|it))?\s?(?:(?:patched|fixed|resolved|corrected|upgrade|update|upgraded|updated|rolled back)\s(?:in|to|with|by))?\s?"
)
_LOW_FIRST: Final = 64
"""Versions seldom have a first number from here on."""
_RESERVED: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.51.100.0/24",
        "203.0.113.0/24",
    )
)
"""Private networks and those of examples."""


def _ip4s(look: Look) -> Iterator[Hit]:
    """Find addresses; what goes on from the number of a version is one as well."""
    if look.text.count(".") < 3 and "dot" not in look.lower:  # noqa: PLR2004 - four parts
        return
    text, version, after = look.text, -1, 0
    numbered = ""
    for start in look.figures:
        match = _IP4.match(text, start) if start >= after else None
        if match is None:
            continue
        after = match.end()
        if numbered and match.group().startswith(numbered):  # paragraphs 4.2.1.3 and 4.2.1.4
            continue
        if version >= 0 and after - version < _CHAIN and _NEXT_VERSION.fullmatch(text, version, start):
            version = after
            continue
        value = _read_ip4(match)
        if value:
            yield *match.span(), value
        elif (plain := _ip4(refanged(match.group()))) and plain not in _ANY_NUMBERS:
            version, numbered = after, plain.rpartition(".")[0] + "." if _NUMBERED.search(before(match, 24)) else ""


_NUMBERED: Final = re.compile(
    r"(?i)(?:sections?|sec|chapters?|paragraphs?|paras?|clauses?|articles?|rules?|annex|appendix|§)[ .:#]{0,3}\Z"
)
_CHAIN: Final = 60


def _ip4(text: str) -> str | None:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        return None


def _read_ip4(match: re.Match[str]) -> str | None:
    value = _ip4(refanged(match.group()))
    if value is None or _VERSIONED.search(before(match, 24)) or _VERSION_AFTER.match(behind(match, 24)):
        return None
    if match.group() != refanged(match.group()):
        return value
    revision = _REVISION.match(match.string, match.end()) is not None
    if _is_version(match, value) or (revision and not _is_reserved(value)):
        return None
    return value if value not in _ANY_NUMBERS else _kept(match, value)


_REVISION: Final = re.compile(r"-\d{1,4}(?![\d.])")
"""Follows the number of a package, or begins the end of a range of addresses."""


def _is_reserved(value: str) -> bool:
    address = ipaddress.IPv4Address(value)
    return any(address in net for net in _RESERVED)


def _is_version(match: re.Match[str], value: str) -> bool:
    """Say whether the text tells of releases of a program, and not of a network, around a number that could be one."""
    if int(value.partition(".")[0]) >= _LOW_FIRST or (_is_reserved(value) and value[:3] != "10."):
        return False
    said = before(match, 72).rpartition("\n")[2]
    if _PRODUCT.search(said):
        return True
    released, networked = _last(_RELEASED, said), _last(_NETWORKED, said)
    return released > networked and not (value[:3] == "10." and networked >= 0)


def _last(pattern: re.Pattern[str], said: str) -> int:
    """Give where the last find begins, or -1."""
    return max((found.start() for found in pattern.finditer(said)), default=-1)


def _kept(match: re.Match[str], value: str) -> str | None:
    """Keep an address that people also use to mean any four numbers only where the text says that it is one."""
    return value if re.search(r"(?i)\b(?:ip|address|host|server|from|to)\W{1,3}\Z", before(match, 12)) else None


_IP6 = re.compile(
    r"(?:(?<![\w:.])|(?<=\bip6:))(?=[^\s]*:[0-9A-Fa-f]{0,4}:)(?:::(?:ffff:|FFFF:)?\d{1,3}(?:\.\d{1,3}){3}(?![\w:]|\.\d)|(?:[0-9A-Fa-f]{1,4}:){1,6}:(?=/\d{1,3}(?!\d))|[0-9A-Fa-f]{4}:(?:[0-9A-Fa-f]{1,4}:){1,5}:(?![\w:])|[0-9A-Fa-f:]*[0-9A-Fa-f](?![\w:]|\.\d))",
    re.ASCII,
)


_EIGHT_BYTES: Final = re.compile(r"(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}")
"""An identifier of hardware with 64 bits, or the bytes of a fingerprint."""


def _read_ip6(match: re.Match[str]) -> str | None:
    said = match.group()
    if not any(c.isdigit() for c in said) or _EIGHT_BYTES.fullmatch(said):
        return None
    try:
        return str(ipaddress.IPv6Address(said))
    except ValueError:
        return None


def _ip6s(look: Look) -> Iterator[Hit]:
    if look.text.count(":") > 1:
        yield from anywhere(_IP6, _read_ip6)(look)


_MAC = re.compile(
    r"(?<![\w:-])(?:[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![\w]|[:-]\w|\.\d)",
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
    if count(":") > 4 and not _ARP.isdisjoint(look.words):  # noqa: PLR2004 - six parts
        yield from anywhere(_SHORT_MAC, _read_short_mac)(look)
    for start, _ in look.places(_HARDWARE) if look.figures else ():
        match = _BARE_MAC.match(look.text, start)
        value = _read_mac(match) if match else None
        if match and value:
            yield *match.span("mac"), value


_ARP: Final = frozenset({"arp", "mac", "ether", "lladdr", "hwaddr"})
_SHORT_MAC = re.compile(
    r"(?<![\w:.-])(?=[0-9:]*[A-Fa-f])(?=[0-9A-Fa-f]{0,2}(?::[0-9A-Fa-f]{2})*:?[0-9A-Fa-f]:|[0-9A-Fa-f]:)(?:[0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2}(?![\w:])",
    re.ASCII,
)
"""As BSD prints it: without the zeros in front."""


def _read_short_mac(match: re.Match[str]) -> str:
    return ":".join(part.zfill(2) for part in match.group().lower().split(":"))


_HARDWARE: Final = frozenset(
    [
        "mac",
        "ap",
        "bssid",
        "wlan",
        "wifi",
        "station",
        "sta",
        "hwaddr",
        "ether",
        "adapter",
        "nic",
        "lladdr",
        "bluetooth",
        "ble",
        "beacon",
        "arp",
        "dhcp",
        "router",
        "modem",
        "probe",
        "deauth",
        "hw",
        "lease",
        "client",
        "device",
        "radio",
        "hardware",
        "ethernet",
        "lan",
        "macaddr",
        "wi",
        "dhcpack",
        "dhcpdiscover",
        "dhcprequest",
    ]
)
_BARE_MAC = re.compile(
    r"(?i)(?:(?P<sure>mac|hwaddr|bssid|macaddr)|ap|wlan|wi-?fi|sta(?:tion)?|ether|adapter|nic|lladdr|bluetooth|ble|beacon|arp|dhcp\w*|router|modem|probe|"
    r"deauth|hw|lease|client|device|radio|hardware|ethernet|lan)[\"']?(?:[\s_](?:address|addr\.?|id|req(?:uest)?|from|for|mac))*(?:\s(?:on|of|for|from)\s(?:the|its|his|her)\s\w{2,12})?(?:\s(?:is|was|reads?))?[\"']?[\s:#=(,]{1,3}[\"']?"
    r"(?P<mac>(?=[0-9A-F]*\d)(?=\d*[A-F])[0-9A-F]{12}|(?(sure)\d{12}|(?!))|(?(sure)[0-9A-F]{6}[-:][0-9A-F]{6}|(?!))|(?(sure)[0-9A-F]{4}([-:])[0-9A-F]{4}\3[0-9A-F]{4}|(?!))"
    r"|(?(sure)[0-9A-F]{2}(?: [0-9A-F]{2}){5}|(?!)))(?![\w-]|\s[0-9A-F]{2}\s)",
    re.ASCII,
)
_DOTTED = re.compile(r"\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}")
_HASH = re.compile(r"(?<![\w-])(?:[0-9A-Fa-f]{128}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![\w-])", re.ASCII)
_NO_HASH = re.compile(
    r"(?i)\b(?:uuid|guid|commit|git|txid|transaction|tx|session|token|key|api|trace|request|correlation|span|etag)\b[^.\n]{0,12}\Z"
)


def _read_hash(match: re.Match[str]) -> str | None:
    said, front = match.group().lower(), before(match, 28)
    if said.isdigit() or said.isalpha() or len(set(said)) < 6:  # noqa: PLR2004 - a digest is varied
        return None
    return None if _NO_HASH.search(front) and not _NAMED_HASH.search(front) else said


_NAMED_HASH: Final = re.compile(r"(?i)\b(?:md5|sha-?\d{1,3})\W{0,3}\Z")


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
    Rule(name="e-mail address, spoken", type=_T.EMAIL, find=_said_mail, confidence=0.8, parts=(" dot ",)),
    Rule(name="domain, spoken", type=_T.DOMAIN, find=_said_host, confidence=0.8, parts=(" dot ",)),
    Rule(name="IPv4 address", type=_T.IP, find=_ip4s, confidence=0.98),
    Rule(name="IPv6 address", type=_T.IP, find=_ip6s, confidence=0.97, parts=(":",)),
    Rule(name="domain", type=_T.DOMAIN, find=domains, confidence=0.98, parts=(".", "dot")),
    Rule(name="MAC address", type=_T.MAC, find=_macs, confidence=0.97),
    Rule(name="file hash", type=_T.HASH, find=at_tokens(_HASH, _read_hash), confidence=0.98),
    Rule(name="CVE", type=_T.CVE, find=anywhere(_CVE, _read_cve), confidence=0.98, parts=("cve",)),
)
