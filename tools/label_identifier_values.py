"""Write the labelled lines on which the rules for identifiers are measured: invented values in sentences, and look-alikes.

    python tools/label_identifier_values.py

Two sets that share no sentence: `development`, on which rules are tuned, and `held-out`, which only measures. Every value is
drawn; check digits are computed here by the published formulas, apart from the code that is measured.
"""

import hashlib
import random
import string
from pathlib import Path

import yaml

from tessera.extract.mentions.coins import with_letter_case

LABELLED = Path(__file__).parents[1] / "tests" / "labelled"
LINES = {"development": 760, "held-out": 640}
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9], strict=True)
)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
Pair = tuple[str, str]
"""How a value is written, and the one form in which it is to be found; the second is empty for a look-alike."""


class Draw:
    """Draws values that are right by their standard."""

    def __init__(self, seed: int) -> None:
        """Begin at a seed."""
        self.r = random.Random(seed)  # noqa: S311 - invented values, no secrets

    def digits(self, count: int, first: str = "0123456789") -> str:
        """Draw digits."""
        return self.r.choice(first) + "".join(self.r.choice("0123456789") for _ in range(count - 1))

    def hexadecimal(self, count: int) -> str:
        """Draw hexadecimal digits."""
        return "".join(self.r.choice("0123456789abcdef") for _ in range(count))

    def word(self) -> str:
        """Draw a word that is none."""
        return "".join(self.r.choice("bcdfghklmnprst") + self.r.choice("aeiou") for _ in range(self.r.randint(2, 4)))

    def phone(self) -> Pair:
        """Draw a North American number in one of its usual forms."""
        area = self.r.choice(["302", "215", "410", "443", "609", "267", "856", "717", "484", "610"])
        mid = self.digits(1, "23456789") + self.digits(1, "02345678") + self.digits(1)
        end = self.digits(4)
        form = self.r.choice(
            ["({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "{} {} {}", "+1 {} {} {}", "+1-{}-{}-{}", "1-{}-{}-{}", "({}){}-{}"]
        )
        extension = self.r.choice(
            ["", "", "", "", " x" + self.digits(3, "123456789"), " ext. " + self.digits(4, "123456789")]
        )
        number = extension.split()[-1].lstrip("x") if extension else ""
        return form.format(area, mid, end) + extension, f"+1{area}{mid}{end}" + (f";ext={number}" if number else "")

    def abroad(self) -> Pair:
        """Draw a number of another country."""
        return self.r.choice(
            [("+44 20 7946 0" + (e := self.digits(3)), "+442079460" + e), ("+49 30 " + (e := self.digits(7, "2345678")), "+4930" + e),
             ("+33 1 42 68 53 " + (e := self.digits(2)), "+3314268 53".replace(" ", "") + e), ("+52 55 5" + (e := self.digits(3)) + " " + (f := self.digits(4)), "+52555" + e + f)]
        )  # fmt: skip

    def ipv4(self) -> Pair:
        """Draw an address, at times defanged."""
        address = ".".join(str(self.r.randint(1 if i in {0, 3} else 0, 254)) for i in range(4))
        dot = self.r.choice([".", ".", "[.]", "(.)"])
        head, _, last = address.rpartition(".")
        return self.r.choice([address, f"{head}{dot}{last}", address.replace(".", dot)]), address

    def ipv6(self) -> Pair:
        """Draw an address."""
        import ipaddress  # noqa: PLC0415 - a peer's writing of the one form

        address = ":".join(self.hexadecimal(4) for _ in range(4)) + "::" + self.hexadecimal(3) + "1"
        return address, str(ipaddress.IPv6Address(address))

    def host(self) -> str:
        """Draw a host name."""
        return f"{self.word()}{self.r.choice(['', '-' + self.word()])}.{self.r.choice(['com', 'net', 'org', 'ru', 'xyz', 'co.uk', 'info', 'gov'])}"

    def domain(self) -> Pair:
        """Draw a host name, at times defanged."""
        host = self.host()
        return host.replace(".", self.r.choice([".", "[.]", "(.)", "[dot]"])), host

    def email(self) -> Pair:
        """Draw an address, at times defanged."""
        local, host = f"{self.word()}.{self.word()}{self.r.choice(['', self.digits(2), '+news'])}", self.host()
        return self.r.choice(
            [
                f"{local}@{host}",
                f"{local}@{host}",
                f"{local}[@]{host}",
                f"{local} [at] {host.replace('.', ' [dot] ')}",
                f"{local}[at]{host.replace('.', '[.]')}",
            ]
        ), f"{local}@{host}"

    def url(self) -> Pair:
        """Draw an address of a page, at times defanged."""
        path = self.r.choice(
            [
                "",
                "/",
                f"/{self.word()}",
                f"/{self.word()}/{self.word()}.php?id={self.digits(3)}",
                f"/{self.word()}_(1)",
                f"/a/{self.word()}#top",
            ]
        )
        host, scheme = self.host(), self.r.choice(["http", "https", "https", "ftp"])
        plain = f"{scheme}://{host}{path}"
        broken = (
            plain.replace("http", "hxxp", 1)
            .replace("ftp", "fxp", 1)
            .replace("://", self.r.choice(["://", "[:]//", "://"]), 1)
            .replace(host, host.replace(".", "[.]"))
        )
        return self.r.choice([plain, plain, broken]), plain

    def mac(self) -> Pair:
        """Draw a hardware address."""
        raw = self.hexadecimal(11) + "a"
        parts = [raw[i : i + 2] for i in range(0, 12, 2)]
        return self.r.choice(
            [":".join(parts), "-".join(parts).upper(), ".".join(raw[i : i + 4] for i in (0, 4, 8))]
        ), ":".join(parts)

    def digest(self) -> Pair:
        """Draw a digest."""
        made = self.r.choice([hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512])(
            self.word().encode()
        ).hexdigest()
        return self.r.choice([made, made.upper()]), made

    def cve(self) -> Pair:
        """Draw a vulnerability."""
        year, number = self.r.randint(1999, 2026), self.digits(self.r.choice([4, 5]), "123456789")
        return self.r.choice([f"CVE-{year}-{number}", f"cve-{year}-{number}"]), f"CVE-{year}-{number}"

    def bitcoin(self) -> Pair:
        """Draw an address with its check."""
        raw = bytes([self.r.choice([0, 5])]) + self.r.randbytes(20)
        raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
        number, text = int.from_bytes(raw, "big"), ""
        while number:
            number, rest = divmod(number, 58)
            text = BASE58[rest] + text
        text = "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text
        return text, text

    def ethereum(self) -> Pair:
        """Draw an address written small, which carries no check; its one form does."""
        text = "0x" + self.hexadecimal(40)
        return text, with_letter_case(text)

    def card(self) -> Pair:
        """Draw a card number that holds Luhn's check."""
        issuer, prefix, length = self.r.choice(
            [
                ("Visa", "4", 16),
                ("Mastercard", "5" + self.r.choice("12345"), 16),
                ("American Express", "37", 15),
                ("Discover", "6011", 16),
            ]
        )
        body = prefix + self.digits(length - len(prefix) - 1)
        total = sum(v - 9 if (v := int(d) * (2 - i % 2)) > 9 else v for i, d in enumerate(reversed(body)))  # noqa: PLR2004 - Luhn
        number = body + str(-total % 10)
        gap = self.r.choice(["", " ", "-"])
        parts = (
            [number[:4], number[4:10], number[10:]]
            if issuer == "American Express"
            else [number[i : i + 4] for i in range(0, 16, 4)]
        )
        return gap.join(parts), f"{issuer} ending in {number[-4:]}"

    def routing(self) -> Pair:
        """Draw a routing number that holds its check."""
        body = self.r.choice(["01", "02", "03", "05", "11", "12", "21", "26", "31"]) + self.digits(6)
        total = sum(int(d) * w for d, w in zip(body, (3, 7, 1, 3, 7, 1, 3, 7), strict=True))
        number = body + str(-total % 10)
        return number, number

    def ssn(self) -> Pair:
        """Draw a number that could be somebody's and is nobody's known to us."""
        area, group, serial = self.digits(3, "12345"), self.digits(2, "123456789"), self.digits(4, "123456789")
        return f"{area}-{group}-{serial}", f"***-**-{serial}"

    def vin(self) -> Pair:
        """Draw a number with its check digit."""
        signs = (
            [self.r.choice("1245")]
            + [self.r.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(10)]
            + list(self.digits(6))
        )
        signs[1], signs[9] = self.r.choice("GHFNJ"), self.r.choice("ABCDEFGHJKLMNPR")
        total = sum((int(s) if s.isdigit() else VIN_VALUES[s]) * w for s, w in zip(signs, VIN_WEIGHTS, strict=True))
        signs[8] = "0123456789X"[total % 11]
        return "".join(signs), "".join(signs)

    def plate(self) -> Pair:
        """Draw a plate of a state."""
        state = self.r.choice(["DE", "PA", "MD", "NJ", "VA", "NY"])
        plate = self.r.choice(
            [
                self.digits(6),
                "".join(self.r.choice(string.ascii_uppercase) for _ in range(3)) + self.digits(4),
                self.digits(1) + self.r.choice("ABC") + self.r.choice("KMN") + self.digits(4),
            ]
        )
        return f"{state}|{plate}", f"{state} {plate}"

    def point(self) -> Pair:
        """Draw decimal degrees."""
        lat, lon = self.r.uniform(38.4, 39.9), -self.r.uniform(75.0, 75.8)
        written = f"{lat:.5f}, {lon:.5f}"
        return self.r.choice([written, f"{lat:.5f},{lon:.5f}", f"{lat:.5f}° N, {-lon:.5f}° W"]), f"{lat:.5f},{lon:.5f}"

    def money(self) -> Pair:
        """Draw an amount."""
        amount = self.r.choice([self.r.randint(5, 999), self.r.randint(1000, 99999)])
        return self.r.choice(
            [f"${amount:,}", f"${amount:,}.00", f"{amount:,} dollars", f"USD {amount:,}"]
        ), f"USD {amount}.00"

    def day(self) -> Pair:
        """Draw a day."""
        y, m, d = self.r.randint(1950, 2026), self.r.randint(1, 12), self.r.randint(1, 28)
        names = [
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
        return self.r.choice(
            [
                f"{m:02d}/{d:02d}/{y}",
                f"{m}/{d}/{y}",
                f"{names[m - 1]} {d}, {y}",
                f"{y}-{m:02d}-{d:02d}",
                f"{d} {names[m - 1][:3]} {y}",
            ]
        ), f"{y}-{m:02d}-{d:02d}"

    def clock(self) -> Pair:
        """Draw a time of day."""
        h, m = self.r.randint(0, 23), self.r.randint(0, 59)
        half = f"{(h % 12) or 12}:{m:02d} {'pm' if h > 11 else 'a.m.'}"  # noqa: PLR2004 - noon
        return self.r.choice(
            [f"{h:02d}{m:02d} hours", f"{h:02d}:{m:02d}", half, f"{h:02d}{m:02d} hrs"]
        ), f"{h:02d}:{m:02d}"


SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "development": {
        "phone": (
            "The caller can be reached at {}.",
            "Phone: {}",
            "He texted {} twice before the meeting",
            "Call back on {} after six.",
            "Her cell number is {}, she said.",
        ),
        "abroad:phone": ("The last call went to {}.", "WhatsApp {}"),
        "ipv4:ip-address": (
            "Traffic to {} began at night.",
            "C2 server: {}",
            "The login came from {}, which is not ours",
            "blocked {} at the firewall",
        ),
        "ipv6:ip-address": ("The host answered on {} as well.", "src={}"),
        "domain": (
            "The phishing page was hosted on {} for a day.",
            "DNS query for {} seen",
            "He registered {} under a false name.",
        ),
        "email": ("Write to {} for a copy.", "The sender was {}.", "from {} to all staff"),
        "url": ("The link {} leads to a login page.", "Downloaded from {}", "see ({}) for the listing"),
        "mac:mac-address": ("The device had the address {}.", "wlan0 {} joined"),
        "digest:hash": ("The sample is {}.", "hash {} seen on three hosts", "sha of the file: {}"),
        "cve": ("The server was open to {} for weeks.", "Patched {}."),
        "bitcoin:coin-address": ("Send the ransom to {} within a day.", "wallet {}"),
        "ethereum:coin-address": ("The coins moved to {}.", "wallet: {}"),
        "card:payment-card": ("She paid with the card {}.", "Stolen Visa or other card number {} was used online"),
        "routing:bank-routing": ("Routing number {}, account withheld.", "ABA {}"),
        "ssn:social-security-number": ("SSN {}", "His social security number is {}.", "She gave {} as her number."),
        "vin": ("The VIN is {}.", "vehicle {} was reported stolen", "VIN: {}"),
        "plate": (
            "A grey van with {state} plate {plate} left.",
            "{state} registration {plate}",
            "license plate {state} {plate}",
            "tag {plate} out of nowhere",
        ),
        "point:coordinates": ("The boat was found at {}.", "GPS {}"),
        "money": ("He handed over {} in cash.", "Loss: {}", "The bag held {}."),
        "day:date": ("It happened on {}.", "DOB {}", "The order of {} still holds"),
        "clock:time": ("They arrived at {}.", "last seen {}"),
    },
    "held-out": {
        "phone": (
            "Witness contact {} (evenings only)",
            "A voicemail from {} was saved.",
            "Tel. {}",
            "dial {} and ask for the desk",
            "texts exchanged with {} on Friday",
        ),
        "abroad:phone": ("Invoices name {} as the office line.", "Signal contact: {}"),
        "ipv4:ip-address": (
            "Beaconing to {} every five minutes",
            "The form was submitted via {}.",
            "whois {} gave nothing",
            "hosts {} and the proxy talk",
        ),
        "ipv6:ip-address": ("Scans arrived from {}.", "peer {} dropped"),
        "domain": ("Employees were lured to {}.", "The certificate names {} as owner", "sinkholed {}"),
        "email": ("An account under {} was opened.", "cc: {}", "Reply to {} first."),
        "url": ("A copy is at {}.", "The ad pointed to {}, now gone", "payload: {}"),
        "mac:mac-address": ("Camera with hardware address {}", "arp shows {}"),
        "digest:hash": ("Antivirus flagged {}.", "The attachment hashed to {}", "IOC {}"),
        "cve": ("Scanners tried {} first.", "exploit for {} on sale"),
        "bitcoin:coin-address": ("Payment went to {}.", "donations: {}"),
        "ethereum:coin-address": ("He asked for tokens at {}.", "to {}"),
        "card:payment-card": ("The receipt shows card {}.", "charged to credit card {}, declined"),
        "routing:bank-routing": (
            "wire transfer, routing no. {}",
            "The check's routing number {} belongs to no bank of hers",
        ),
        "ssn:social-security-number": ("Applicant (SSN: {})", "A form with {} in the box for the number", "SS# {}"),
        "vin": ("Dashboard read {}.", "Stolen: VIN {}", "Title lists {} and a lien"),
        "plate": (
            "The pickup, {state} tag {plate}, fled.",
            "Plate: {state} {plate}",
            "bearing {state} registration {plate}",
            "license plate {plate} was called in",
        ),
        "point:coordinates": ("Phone pinged near {}.", "Location: {}"),
        "money": ("Bail was set at {}.", "They asked {} for it", "worth about {}"),
        "day:date": ("Arrested {}", "born {} in Dover", "The permit ran out on {}."),
        "clock:time": ("Shots were heard about {}.", "Units cleared by {}"),
    },
}
LOOKALIKES: dict[str, tuple[str, ...]] = {
    "development": (
        "Order {d10} has shipped.",
        "Invoice number {d10} is due.",
        "firmware version {a}.{b}.{c}.{e} is installed",
        "build {a}.{b}.{c}.{e} fixes it",
        "The id is {uuid}.",
        "Case 24-{d6} was closed.",
        "ISBN 978-0-{d6}-{d2}-{d1}",
        "Part {d3}-{d2}-{d4} is out of stock.",
        "tracking {d16}",
        "The file report.pdf was opened in notes.md and main.py.",
        "e.g. this one, i.e. that one; see p.m. and a.m. rules",
        "ratio 3:45 in favour",
        "The 1200 hours of service were noted.",
        "serial ABCDEFGH{d9}",
        "He scored {d3}-{d3} over the season.",
        "Grid ref {d3} {d3}",
        "color #a1b2c3 and #00ff00",
        "std::vector and Foo::bar",
        "C:/Programs/temp/file.txt",
        "Section {a}.{b}.{c}.{e} of the rules",
        "zip {d5}-{d4}",
        "He drove {d3} miles in {d2} minutes.",
        "session {hex32}",
        "Total: {d3} units, {d2} pallets.",
        "PO {d10}",
        "docket {d9}",
        "The tag line read well.",
        "They plate the steel.",
        "Registration opens in May.",
        "account {d9} was closed",
        "lot {d16}",
        "epoch {d10}",
        "IMEI {d15}",
        "May I ask? March on!",
        "The meeting ran long. The End.Next came the vote.",
        "It is 5-10-15 percent.",
        "Room 302-555 is locked.",
        "badge {d4}",
        "license agreement",
        "0x{hex8} is a pointer",
    ),
    "held-out": (
        "Ticket {d10} was reopened.",
        "Account no. {d10} is frozen.",
        "driver version {a}.{b}.{c}.{e} crashes",
        "release {a}.{b}.{c}.{e}",
        "request {uuid} timed out",
        "Incident 2024-{d6} refers.",
        "ISBN 0-{d6}-{d2}-{d1}",
        "catalog item {d3}-{d2}-{d4}",
        "shipment {d16} is late",
        "open setup.exe or readme.txt first",
        "cf. above, etc. and so on",
        "The verse John 3:16 was read.",
        "1500 hours of footage per week",
        "serial no. QWERTYUP{d9}",
        "The final was {d2}-{d2}.",
        "sheet {d3}/{d3}",
        "shade #ff{d2}aa",
        "ns::inner::value",
        "D:/data/old.bak",
        "§ {a}.{b}.{c}.{e}",
        "ZIP code {d5}-{d4}",
        "about {d3} people in {d2} rows",
        "trace id {hex32}",
        "{d3} boxes",
        "policy {d10}",
        "case {d9}",
        "The dog tag was lost.",
        "Number plates are taxed here.",
        "He will register in June.",
        "reference {d9}",
        "batch {d16}",
        "timestamp {d10}",
        "imei: {d15}",
        "It may rain in march.",
        "He left.Then he came back.",
        "Odds of 7:15 were given.",
        "Suite 410-220",
        "unit {d4}",
        "driver license renewal",
        "offset 0x{hex8}",
    ),
}


def _filled(text: str, draw: Draw) -> str:
    small = {name: str(draw.r.randint(1, 20)) for name in "abce"}
    u = draw.hexadecimal(32)
    return text.format(
        uuid=f"{u[:8]}-{u[8:12]}-4{u[13:16]}-a{u[17:20]}-{u[20:]}",
        hex32=draw.hexadecimal(32),
        hex8=draw.hexadecimal(8),
        **{f"d{n}": draw.digits(n, "123456789") for n in (1, 2, 3, 4, 5, 6, 9, 10, 15, 16)},
        **small,
    )


def lines(which: str, count: int, seed: int) -> list[dict[str, object]]:
    """Make labelled lines: two of three hold a value, one holds what only looks like it."""
    draw = Draw(seed)
    sentences = SENTENCES[which]
    kinds = sorted(sentences)
    made: list[dict[str, object]] = []
    for at in range(count):
        if at % 3 == 2:  # noqa: PLR2004 - every third line
            made.append({"text": _filled(LOOKALIKES[which][(at // 3) % len(LOOKALIKES[which])], draw), "found": []})
            continue
        kind = kinds[(at - at // 3) % len(kinds)]
        maker, _, named = kind.partition(":")
        written, form = getattr(draw, maker)()
        sentence = draw.r.choice(sentences[kind])
        if maker == "plate":
            state, _, plate = written.partition("|")
            form = form if "{state}" in sentence else plate
            text = sentence.format(state=state, plate=plate)
        else:
            text = sentence.format(written)
        made.append({"text": text, "found": [[named or kind, form]]})
    return made


def main() -> None:
    """Write both files."""
    for seed, (which, count) in enumerate(LINES.items(), start=11):
        head = f"# Invented lines; written by tools/label_identifier_values.py. {which}.\n"
        text = yaml.safe_dump(lines(which, count, seed), allow_unicode=True, sort_keys=False, width=200)
        (LABELLED / f"identifier-values-{which}.yaml").write_text(head + text, encoding="utf-8")
        print(which, count)


if __name__ == "__main__":
    main()
