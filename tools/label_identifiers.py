"""Writes the labelled lines on which identifiers are measured: half for shaping the rules, half never looked at by them.

    python tools/label_identifiers.py

Everything is invented. A label stands in its line as ⟦type|words|value⟧. The two files share the makers of values and
nothing else: the sentences around them and the look-alikes, written by hand, differ. The check digits are computed here
on their own, so that a mistake in the rules is not copied into the labels.
"""

# ruff: noqa: S311, PLR2004 - invented values need no secret chance; a line is a line; sizes are plain

import hashlib
import random
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from tessera.extract.mentions.keccak import keccak_256

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "labelled"
Chance: TypeAlias = random.Random
Made: TypeAlias = tuple[str, str]
"""The words and their value."""
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
AREAS = (302, 215, 410, 443, 610, 856, 717, 202, 267, 484, 609, 571)
HOSTS = ("example.com", "example.org", "example.net", "mail.example.com", "blue-heron.example.net", "kestrel.example.org",
         "example.co.uk", "example.de", "portal.example.info", "cdn7.example.io", "drop-zone.example.xyz")  # fmt: skip
WORDS = ("harbor", "kestrel", "marsh", "lantern", "cedar", "orchard", "ferry", "quarry", "willow", "granite")


def luhn_digit(digits: str) -> str:
    """Compute the digit that makes the sum end in 0."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if at % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


def figures(chance: Chance, count: int) -> str:
    """Give that many random digits."""
    return "".join(chance.choice("0123456789") for _ in range(count))


def hexes(chance: Chance, count: int) -> str:
    """Give random hexadecimal digits with at least one letter and one figure."""
    return "a7" + "".join(chance.choice("0123456789abcdef") for _ in range(count - 2))


def phone(chance: Chance) -> Made:
    """A telephone number in one of the ways that people write it."""
    area, line = chance.choice(AREAS), f"{chance.randint(100, 199):04d}"
    form = chance.choice(["({a}) 555-{l}", "{a}-555-{l}", "{a}.555.{l}", "+1 {a} 555 {l}", "1-{a}-555-{l}", "{a} 555 {l}",
                          "+1-{a}-555-{l}", "({a})555-{l}", "+1{a}555{l}", "{a}/555-{l}", "1 ({a}) 555-{l}"])  # fmt: skip
    words, value = form.format(a=area, l=line), f"+1{area}555{line}"
    if chance.random() < 0.15:
        number = str(chance.randint(2, 9999))
        return f"{words} {chance.choice(['ext. ', 'x', 'ext ', 'extension '])}{number}", f"{value};ext={number}"
    return words, value


def foreign_phone(chance: Chance) -> Made:
    """A telephone number of another country, with its country code."""
    words = chance.choice(
        ["+44 20 7946 0{}", "+52 55 5350 1{}", "+49 30 2312 5{}", "+33 1 99 00 2{}", "+61 2 5550 1{}"]
    )
    words = words.format(figures(chance, 3))
    return words, "+" + "".join(c for c in words if c.isdigit())


def fanged(chance: Chance, plain: str) -> str:
    """Write an indicator so that nobody clicks on it by mistake."""
    return plain.replace(".", chance.choice(["[.]", "(.)", "[dot]", "{.}"]))


def email(chance: Chance) -> Made:
    """An e-mail address, sometimes defanged."""
    name = chance.choice(["j.{}", "{}_ops", "{}+alerts", "{}.{}", "{}99", "info-{}"]).format(*chance.sample(WORDS, 2))
    plain = f"{name}@{chance.choice(HOSTS)}"
    if chance.random() < 0.25:
        user, host = plain.split("@")
        return f"{user}{chance.choice(['@', '[at]', '[@]'])}{fanged(chance, host)}", plain
    return plain, plain


def url(chance: Chance) -> Made:
    """A web address, sometimes defanged."""
    host = chance.choice(HOSTS)
    path = chance.choice(
        ["", "/", "/login", "/a/b?id=7&x=y", "/~drop/index.html", f"/{hexes(chance, 8)}.exe", ":8080/gate.php"]
    )
    scheme = chance.choice(["http", "https"])
    plain = f"{scheme}://{host}{path}"
    if chance.random() < 0.35:
        return f"{scheme.replace('tt', 'xx')}{chance.choice(['://', '[:]//'])}{fanged(chance, host)}{path}", plain
    return plain, plain


def domain(chance: Chance) -> Made:
    """A domain alone."""
    plain = chance.choice(
        ["{}-{}.com", "{}{}.net", "www.{}-{}.org", "{}.{}.info", "update-{}.{}.xyz", "{}{}.ru", "{}.{}.co.uk"]
    )
    plain = plain.format(*chance.sample(WORDS, 2))
    return (fanged(chance, plain), plain) if chance.random() < 0.35 else (plain, plain)


def ip4(chance: Chance) -> Made:
    """An IPv4 address of the ranges kept for examples, or of a private net."""
    plain = chance.choice(["192.0.2.{}", "198.51.100.{}", "203.0.113.{}", "10.20.4.{}", "172.16.9.{}"]).format(
        chance.randint(1, 254)
    )
    return (fanged(chance, plain), plain) if chance.random() < 0.3 else (plain, plain)


def ip6(chance: Chance) -> Made:
    """An IPv6 address of the range kept for examples."""
    tail = f"{chance.randint(1, 0xFFFF):x}"
    words = chance.choice(
        [
            "2001:db8::{}",
            "2001:0db8:0000:0000:0000:ff00:0042:{}",
            "fe80::1ff:fe23:4567:{}",
            "2001:DB8:85a3::8a2e:370:{}",
        ]
    )
    import ipaddress  # noqa: PLC0415

    words = words.format(tail)
    return words, str(ipaddress.ip_address(words))


def mac(chance: Chance) -> Made:
    """A hardware address."""
    pairs = [hexes(chance, 2)] + ["".join(chance.choice("0123456789abcdef") for _ in range(2)) for _ in range(5)]
    value = ":".join(pairs)
    joined = "".join(pairs)
    dotted = ".".join(joined[at : at + 4] for at in (0, 4, 8))
    return chance.choice([value, value.upper(), "-".join(pairs).upper(), dotted]), value


def file_hash(chance: Chance) -> Made:
    """A digest of one of the four usual lengths."""
    made = hexes(chance, chance.choice([32, 40, 64, 128]))
    return chance.choice([made, made.upper()]), made


def cve(chance: Chance) -> Made:
    """A vulnerability's number."""
    made = f"CVE-{chance.randint(2004, 2026)}-{chance.randint(1000, 99999)}"
    return chance.choice([made, made, made.lower()]), made


def base58check(payload: bytes) -> str:
    """Write bytes with four of their hash, as Bitcoin does."""
    whole = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(whole, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(whole) - len(whole.lstrip(b"\0"))) + text


def polymod(values: Iterable[int]) -> int:
    """Compute the checksum of BIP-173."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= factor if top >> at & 1 else 0
    return check


def segwit(version: int, program: bytes) -> str:
    """Write a witness program as BIP-173 and BIP-350 do."""
    bits = "".join(f"{byte:08b}" for byte in program)
    bits += "0" * (-len(bits) % 5)
    data = [version, *(int(bits[at : at + 5], 2) for at in range(0, len(bits), 5))]
    head = [ord(c) >> 5 for c in "bc"] + [0] + [ord(c) & 31 for c in "bc"]
    check = polymod([*head, *data, *[0] * 6]) ^ (1 if version == 0 else 0x2BC830A3)
    data += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return "bc1" + "".join(BECH32[value] for value in data)


def coin(chance: Chance) -> Made:
    """An address of Bitcoin or Ethereum."""
    sort = chance.choice(["p2pkh", "p2sh", "v0", "v1", "ether", "ether"])
    if sort in {"p2pkh", "p2sh"}:
        made = base58check(bytes([0 if sort == "p2pkh" else 5]) + chance.randbytes(20))
        return made, made
    if sort == "ether":
        plain = hexes(chance, 40)
        mark = keccak_256(plain.encode()).hex()
        made = "0x" + "".join(c.upper() if int(m, 16) > 7 else c for c, m in zip(plain, mark, strict=False))
        return chance.choice([made, made, made.lower()]), made
    made = segwit(0, chance.randbytes(20)) if sort == "v0" else segwit(1, chance.randbytes(32))
    return chance.choice([made, made.upper()]) if sort == "v0" else made, made


def card(chance: Chance) -> Made:
    """A payment card, its value masked."""
    issuer, start, length = chance.choice([
        ("Visa", "4", 16), ("Visa", "4", 16), ("Mastercard", "53", 16), ("Mastercard", "2310", 16), ("American Express", "37", 15), ("Discover", "6011", 16),
        ("JCB", "3530", 16),
    ])  # fmt: skip
    digits = start + figures(chance, length - len(start) - 1)
    digits += luhn_digit(digits)
    groups = (
        [digits[:4], digits[4:10], digits[10:]] if length == 15 else [digits[at : at + 4] for at in range(0, 16, 4)]
    )
    return chance.choice([" ", "-", "-", ""]).join(groups), f"{issuer} ending in {digits[-4:]}"


def routing(chance: Chance) -> Made:
    """A bank's routing number with its check digit."""
    digits = chance.choice(["03", "02", "12", "31", "26", "07"]) + figures(chance, 6)
    total = sum(int(d) * w for d, w in zip(digits, (3, 7, 1, 3, 7, 1, 3, 7), strict=True))
    return digits + str(-total % 10), digits + str(-total % 10)


def ssn(chance: Chance) -> Made:
    """A social security number that could have been given out, its value masked."""
    area = chance.choice([n for n in range(100, 773) if n != 666])
    last = f"{chance.randint(1, 9999):04d}"
    return f"{area}-{chance.randint(1, 99):02d}-{last}", f"***-**-{last}"


def vin(chance: Chance) -> Made:
    """A vehicle identification number with its check digit."""
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    values = dict(zip(letters, (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
    head = chance.choice(["1HG", "1FT", "2T1", "3VW", "5YJ", "JTD", "KMH", "1G1", "WBA"])
    body = (
        head
        + "".join(chance.choice(letters + "0123456789") for _ in range(5))
        + "0"
        + chance.choice("ABCDEFGHJKLMNPRSTVWXY123456789")
    )
    body += chance.choice(letters) + figures(chance, 6)
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    check = "0123456789X"[
        sum((int(c) if c.isdigit() else values[c]) * w for c, w in zip(body, weights, strict=True)) % 11
    ]
    made = body[:8] + check + body[9:]
    return made, made


def plate(chance: Chance) -> Made:
    """A license plate; the sentence says that it is one."""
    form = chance.choice(["###AAA", "AAA-####", "AAA ####", "#AA ####", "######", "A## AAA", "#A# ###"])
    words = "".join(
        chance.choice("BCDFGHJKLMNPRTVWXYZ") if c == "A" else chance.choice("123456789") if c == "#" else c
        for c in form
    )
    return words, words.replace("-", "").replace(" ", "")


def coordinates(chance: Chance) -> Made:
    """A point near the lower Delaware, in decimal degrees or in degrees, minutes and seconds."""
    north, west = round(chance.uniform(38.4, 40.2), 5), round(chance.uniform(74.5, 76.5), 5)
    value = f"{north:.5f},{-west:.5f}"
    plain = [
        f"{north:.5f}, -{west:.5f}",
        f"{north:.5f},-{west:.5f}",
        f"{north:.5f}° N, {west:.5f}° W",
        f"{north:.5f}N {west:.5f}W",
    ]
    if chance.random() < 0.6:
        return chance.choice(plain), value
    (nd, nm, ns), (wd, wm, ws) = sexagesimal(north), sexagesimal(west)
    value = f"{nd + nm / 60 + ns / 3600:.5f},{-(wd + wm / 60 + ws / 3600):.5f}"
    return chance.choice(
        [
            f"{nd}°{nm:02d}'{ns:04.1f}\"N {wd}°{wm:02d}'{ws:04.1f}\"W",
            f"{nd}° {nm}' {ns:.1f}\" N, {wd}° {wm}' {ws:.1f}\" W",
        ]
    ), value


def sexagesimal(degrees: float) -> tuple[int, int, float]:
    """Split degrees into degrees, minutes and seconds with one decimal."""
    tenths = round(degrees * 36000)
    return tenths // 36000, tenths % 36000 // 600, tenths % 600 / 10


def day(chance: Chance) -> Made:
    """A date as Americans write it."""
    made = date(2012, 1, 1) + timedelta(days=chance.randrange(5000))
    month = MONTHS[made.month - 1]
    words = chance.choice([
        f"{month} {made.day}, {made.year}", f"{month[:3]} {made.day}, {made.year}", f"{made.month}/{made.day}/{made.year}",
        f"{made:%m/%d/%Y}", f"{made:%m/%d/%y}", f"{made:%Y-%m-%d}", f"{made.day} {month} {made.year}", f"{made:%m-%d-%Y}",
        f"{made.day:02d} {month[:3].upper()} {made.year}", f"{made.day:02d}{month[:3].upper()}{made.year}", f"{month[:3]}. {made.day}, {made.year}",
    ])  # fmt: skip
    return words, made.isoformat()


def time(chance: Chance) -> Made:
    """A time of day."""
    made = datetime(2026, 1, 1, chance.randrange(24), chance.randrange(60), tzinfo=UTC)
    twelve = made.hour % 12 or 12
    half = "AM" if made.hour < 12 else "PM"
    words = chance.choice([
        f"{made:%H%M} hours", f"{made:%H%M} hrs", f"{made:%H:%M}", f"{twelve}:{made.minute:02d} {half}", f"{twelve}:{made.minute:02d} {half.lower()[0]}.m.",
        f"{twelve}:{made.minute:02d}{half.lower()}", f"{made:%H:%M} hours",
    ])  # fmt: skip
    return words, f"{made:%H:%M}"


def money(chance: Chance) -> Made:
    """An amount of money."""
    whole = chance.choice([chance.randint(5, 999), chance.randint(1000, 99999)])
    cents = chance.choice([0, 0, 0, chance.randint(1, 99)])
    number = f"{whole:,}" + (f".{cents:02d}" if cents else "")
    value = f"{whole}.{cents:02d}"
    form, code = chance.choice(
        [
            ("${}", "USD"),
            ("${}", "USD"),
            ("USD {}", "USD"),
            ("{} dollars", "USD"),
            ("€{}", "EUR"),
            ("{} USD", "USD"),
            ("£{}", "GBP"),
        ]
    )
    return form.format(number), f"{code} {value}"


MAKERS: dict[str, Callable[[Chance], Made]] = {
    "phone": phone, "email": email, "url": url, "domain": domain, "ip-address": ip4, "mac-address": mac, "hash": file_hash,
    "cve": cve, "coin-address": coin, "payment-card": card, "bank-routing": routing, "social-security-number": ssn, "vin": vin,
    "plate": plate, "coordinates": coordinates, "date": day, "time": time, "money": money,
}  # fmt: skip
OTHERS = {"ip-address": ip6, "phone": foreign_phone}


def line(chance: Chance, template: str) -> str:
    """Fill the slots of a sentence, each <type> with a new value; <plate:DE> says the state that the sentence names."""
    parts = template.split("<")
    text = parts[0]
    for part in parts[1:]:
        slot, _, rest = part.partition(">")
        sort, _, state = slot.partition(":")
        make = OTHERS[sort] if sort in OTHERS and chance.random() < 0.2 else MAKERS[sort]
        words, value = make(chance)
        text += f"⟦{sort}|{words}|{state} {value}⟧{rest}" if state else f"⟦{sort}|{words}|{value}⟧{rest}"
    return text


def lines(seed: int, templates: str, by_hand: str, times: int) -> list[str]:
    """Fill each sentence that often, and put the lines written by hand behind."""
    chance = random.Random(seed)
    made = [line(chance, template) for template in templates.strip().splitlines() for _ in range(times)]
    return [*made, *by_hand.strip().splitlines()]


def write(name: str, purpose: str, made: list[str]) -> None:
    """Write a file of labelled lines."""
    quoted = ("  - '" + text.replace("'", "''") + "'\n" for text in made)
    head = f"# Labelled, invented: no line tells of a real person, group or event. {purpose}\nlines:\n"
    (FOLDER / name).write_text(head + "".join(quoted), encoding="utf-8")


DEVELOPMENT = """
Call <phone> and ask for the night manager.
Suspect's cell is <phone>, second number <phone>.
Witness (tel. <phone>) stated that nobody left the building.
Reach me at <email> or by phone at <phone>.
Mail came from <email> to the victim.
Beacon to <url> seen twice.
The phishing page was hosted at <url>.
C2 domain: <domain>
Traffic went to <domain> and <ip-address>.
Source IP <ip-address>, port 443.
Logged in from <ip-address> on <date> at <time>.
Device with MAC <mac-address> joined the network.
Dropped file has hash <hash>.
MD5/SHA: <hash>
The server was exploited through <cve> and <cve>.
Ransom was to be paid to <coin-address>.
Wallet <coin-address> received <money>.
The card number <payment-card> was used at three pumps.
Skimmed card: <payment-card>
Wire to routing number <bank-routing>, account ending 0042.
ABA <bank-routing> belongs to the credit union.
SSN: <social-security-number>
His social security number is <social-security-number>.
VIN <vin> came back stolen.
Vehicle identification number: <vin>
White van, DE plate <plate:DE>, left at speed.
License plate <plate> was seen at the pier.
Tag # <plate> returns to a rental company.
Body found at <coordinates>.
GPS: <coordinates>
On <date>, officers met the reporting person.
DOB: <date>
Report taken <date> at <time>.
The call came in at <time>.
Between <time> and <time> the alarm was off.
He handed over <money> in cash.
Loss is estimated at <money>.
"""
DEVELOPMENT_BY_HAND = """
Order number 302-5550-1470 shipped today.
Case 2026-004512 was closed.
Version 10.4.2.1 of the software is out.
Upgrade to v1.2.3.4 before Friday.
Firmware 2.10.8.33 fixes the fault.
UUID 6f1b8a2e-3c4d-4e5f-8a9b-0c1d2e3f4a5b is the session.
Request id 123e4567-e89b-12d3-a456-426614174000 failed.
ISBN 978-0-306-40615-7 is on the shelf.
ISBN 9780306406157
Part number 1HGCM82633A00435Z does not exist.
Part no. WDB2030461A917238 in the catalog.
Section 12.4.6.2 of the manual applies.
The ratio was 3:1 in favor.
Tracking number 9400 1000 0000 0000 0000 00
Serial 4111-1111-1111-1112 on the box.
Invoice 123456789 was paid.
Employee ID 078051120
Badge 4471, car 12, radio 3.
The score was 21-14 at half time.
See file report.pdf and setup.py for details.
He said so.It was late.
Room 302, 555 Main Street.
A 9 mm casing and a 12 gauge shell.
Lot 2026 of batch 11.
Use std::vector or foo::bar there.
The recipe takes 1/2 cup and 3/4 spoon.
Bill 12/34/2020 is no date.
Lat and long were not given, depth 12.5, 33.7 feet.
Prices rose 3.5, 4.25 percent.
EIN 12-3456789
Account 000123456789 at the bank.
Model XJ-900 and part 44-B.
git commit message: fix a typo
Ethereum hash 0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b is a transaction.
Address 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb is mistyped.
0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed has a wrong letter case.
Driver license number D1234567
FBI number 123456AB7
Census tract 040203, block 1002.
The 911 call lasted 14 minutes.
Chapter 4:12 of the handbook.
Unit E21 responded with L4.
SSN 000-12-3456 is not valid.
SSN 666-12-3456 is not valid.
SSN 987-65-4321 is not valid.
Routing number 123456789 fails its check.
Mr. Bean drove the no plate vehicle.
The plate was dirty.
He ate a plate of food.
Read the tag on the shirt.
Price tag 500 on the shelf.
MAC and cheese for lunch.
Temperature 38.5, humidity 75.2
e.g. the U.S. and i.e. others.
ASP.NET and Node.js were used.
From 10.20.4.5:8080 came ⟦ip-address|10.20.4.9|10.20.4.9⟧.
Phone 302 555 01 is too short.
The number 3025550147 is an order.
Order 3025550199 was canceled.
Cell ⟦phone|3025550133|+13025550133⟧
text me at ⟦phone|3025550121|+13025550121⟧ tonight
At ⟦time|2210 hours|22:10⟧ the lights went out.
About ⟦time|0930 hrs|09:30⟧ he left.
Arrived approximately ⟦time|0415|04:15⟧ hours later, left ⟦time|0715hrs|07:15⟧.
⟦money|$1.5 million|USD 1500000.00⟧ was laundered.
⟦money|$40k|USD 40000.00⟧ in small bills
⟦money|5,000 dollars|USD 5000.00⟧ cash
Between ⟦date|Nov 3|--11-03⟧ and ⟦date|November 5|--11-05⟧ he slept.
⟦date|March 2024|2024-03⟧ was quiet.
Born ⟦date|4/12/88|1988-04-12⟧.
Grid ⟦coordinates|18SUJ2337106519|38.88981,-77.03654⟧ was searched.
Mail ⟦email|ops[at]example[.]org|ops@example.org⟧ for keys.
⟦url|hxxps://example[.]net/a|https://example.net/a⟧
⟦url|www.example.com/index.html|www.example.com/index.html⟧
The plate is Pennsylvania ⟦plate|KZF-4821|PA KZF4821⟧.
MD registration ⟦plate|7BK 4821|MD 7BK4821⟧
⟦ip-address|2001:db8::17|2001:db8::17⟧
xxx-xx-1234 as last four: ⟦social-security-number|***-**-1234|***-**-1234⟧
""".replace("xxx-xx-1234 as last four", "As last four")
DEVELOPMENT_BY_HAND = DEVELOPMENT_BY_HAND.replace("From 10.20.4.5:8080 came", "From").replace(
    "Arrived approximately ⟦time|0415|04:15⟧ hours later, left", "Arrived early, left"
)

HELD_OUT = """
Subject can be reached at <phone> after six.
Complainant's phone: <phone>.
Please fax the form to <phone>, attention records.
Burner <phone> pinged near the mall, then <phone> went dark.
The spoofed sender was <email>, reply-to <email>.
Contact <email> for the full packet.
User clicked <url> and entered a password.
Payload retrieved from <url> shortly after.
Indicators: <domain>, <domain>
The domain <domain> resolved to <ip-address>.
Firewall blocked <ip-address> and <ip-address> overnight.
Successful login from <ip-address> at <time> on <date>.
Access point <mac-address> saw the handset.
Laptop (MAC: <mac-address>) was seized as evidence.
Sample <hash> is detected by two engines.
File digest: <hash>.
Patch <cve> now; it is being used against county servers.
Funds were moved to <coin-address> within the hour.
Victim sent <money> in coin to <coin-address>.
Cloned card <payment-card> was declined.
Clerk wrote down card no. <payment-card> for the buyer.
Deposit by ACH, routing <bank-routing>.
Check shows bank routing no. <bank-routing> and a forged name.
Applicant gave SSN <social-security-number> which belongs to another.
Social: <social-security-number>, verified by the clerk.
The VIN plate reads <vin>.
Stolen truck (VIN: <vin>) recovered in the lot.
Black sedan bearing New Jersey registration <plate:NJ> fled east.
Reader hit on plate <plate> near the bridge.
Vehicle with Maryland tag <plate:MD> parked for hours.
Drone was launched from <coordinates> and lost.
Vessel drifting near <coordinates>, two aboard.
The warrant was signed on <date> by the judge.
Subject was born <date> in Dover.
Incident occurred <date>, <time>.
Units cleared the scene at <time>.
Camera 4 recorded him at <time> and again at <time>.
The till was short <money> after closing.
Seized: <money> and two scales.
She wired <money> on <date>.
"""
HELD_OUT_BY_HAND = """
Purchase order 410-5550-1234 is still open.
Ticket 484-20-0031 was assigned to the help desk.
Work order 2155550123 was completed by the crew.
Confirmation number 6105550177 for the hotel.
Docket 24-CR-00318 is on for trial.
The installer is build 6.1.7601.24 for that platform.
Chrome 120.0.60.12 crashed; version 121.0.7.4 did not.
Library release 3.14.15.92 came out.
Paragraph 4.2.1.3 sets out the duty.
OID 1.3.6.1.4.1 is registered.
The job's GUID is 0f8fad5b-d9cb-469f-a165-70867728950e.
Message 7c9e6679-7425-40de-944b-e07fc1f90ae7 was dropped.
The book, ISBN-13 978-3-16-148410-0, was missing.
ISBN 9791234567896 is printed inside.
IMEI 356938035643809 was reported by the carrier.
Shipment 1Z999AA10123456784 arrived.
Catalog part WVWZZZ1KZAM1234Q7 fits.
Component code 4T1BF1FK5CU51234X on the label.
Odds were 5:2 on the favorite.
Map scale is 1:24000 here.
Mix oil and gas 1:50 before use.
Psalm 23:4 was on the wall.
Claim 123-45-678 is pending.
Part number 123-45-6789 is on back order.
Catalog item 412-33-9981 out of stock.
Membership 4539 1488 0343 6468 expired.
Reference 5500 0000 0000 0005 on the letter.
Meter reading 021000021 kWh for the year.
Account number 031201360 was closed.
TIN 98-7654321
ITIN 912-70-1234 on the form.
The archive backup.zip and notes.md were deleted.
Open main.rs, then run install.sh twice.
They left.In the morning nobody came.
Dr. Who said no.So we went home.
Apartment 215, 555 Elm Street.
Caliber 5.56, length 16.5 in.
Call std::string or a::b from C++.
Fractions 7/8 and 15/16 inch wrench.
Date 02/30/2021 does not exist.
13/45/2020 was typed by mistake.
Dimensions 41.5, 76.2 cm.
Average 39.1, median 75.4 years.
The transaction 0xa1e4380a3b1f749673e270229993ee55f35663b4f5d1c2b3a4958677889900aa was confirmed.
Address 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz was mistyped.
bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdd is mistyped too.
0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d35A is wrong.
Permit 2026-11 was posted.
Highway 13 at mile 44.5.
Section 8 housing, unit 12-B.
The plates were washed and stacked.
Someone will tag along.
License to carry was shown.
He broke a plate at 5 tables.
License number 0456712 was issued to the driver.
The registration fee is due.
Follow the hash tag on the poster.
Approximately 2000 people and 300 cars came.
There were 1400 hours of film.
He served 1200 hours of community service.
He worked 40 hours.
Population 2026, elevation 1530.
Route 1 South to exit 142.
Engine 4, Ladder 2 and Medic 6 came.
Vol. 3, No. 12, pp. 45-67.
Grade 9.5, 10.2 and 11.
SSN 900-12-3456 cannot be.
Social security number 123-00-4567 cannot be.
Routing 021000022 has a wrong digit.
Card 4111 1111 1111 1113 has a wrong digit.
MAC address 00:11:22:33:44 is short.
Fingerprint 12:34:56:78:9a:bc:de:f0:12:34:56:78:9a:bc:de:f0:12:34:56:78
The address 256.300.1.1 is impossible.
CVE list of the vendor is on the site.
user@localhost is the default.
He looked @home and @work.
Deadlock at lock::free, line 12.
Suite 4B, floor 12, 19901 area.
a.m. and p.m. shifts.
The U.S.A. and the U.K. agreed.
VB.NET code and jQuery.
Weight 180, height 5-11, eyes 20/20.
Phone: ⟦phone|2675550144|+12675550144⟧
Call me on ⟦phone|4435550111|+14435550111⟧.
Tel ⟦phone|302-555-0188 x12|+13025550188;ext=12⟧
Last seen ⟦time|2359 hours|23:59⟧.
At ⟦time|0005 hrs|00:05⟧ the gate opened.
Shift ends at ⟦time|7 p.m.|19:00⟧ and begins at ⟦time|6am|06:00⟧.
A theft of ⟦money|$2.3 million|USD 2300000.00⟧ and ⟦money|$15k|USD 15000.00⟧ in tools.
Paid ⟦money|$0.75|USD 0.75⟧ for gum.
Seen ⟦date|Dec 24|--12-24⟧ and ⟦date|January 2nd|--01-02⟧.
Opened in ⟦date|August 2019|2019-08⟧.
DOB ⟦date|7/4/76|1976-07-04⟧
Effective ⟦date|the 3rd of May, 2021|2021-05-03⟧ the rule holds.
Search grid ⟦coordinates|18SVJ5043440205|39.20971,-75.57410⟧ first.
Write to ⟦email|tips(at)example(dot)com|tips@example.com⟧.
Blocked ⟦url|hxxp[:]//example[.]com/x|http://example.com/x⟧.
See ⟦url|www.example.org/a|www.example.org/a⟧.
Virginia plate ⟦plate|ABC-1234|VA ABC1234⟧ was covered.
Car with tags ⟦plate|PC 48812|DE PC48812⟧ (DE).
Loopback of that host is ⟦ip-address|fe80::1|fe80::1⟧.
SSN ends: ⟦social-security-number|XXX-XX-6789|***-**-6789⟧.
Social security no. ⟦social-security-number|219 44 1357|***-**-1357⟧.
Amex ⟦payment-card|3782 822463 10005|American Express ending in 0005⟧ was on file.
"""


def main() -> None:
    """Write both files."""
    write("identifiers-development.yaml", "These shaped the rules.", lines(11, DEVELOPMENT, DEVELOPMENT_BY_HAND, 13))
    write("identifiers-held-out.yaml", "These only measure the rules.", lines(23, HELD_OUT, HELD_OUT_BY_HAND, 13))


if __name__ == "__main__":
    main()
