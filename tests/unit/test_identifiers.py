"""Identifiers in free text: each form beside what only looks like it."""

import time

import pytest
from marked import lines

from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.mentions import find_mentions
from tessera.model.found import FoundBy, Mention, MentionType

LISTLESS = Gazetteers()


def named(kind: str, text: str) -> list[str]:
    return [mention.value for mention in find_mentions(text, LISTLESS) if mention.type == kind]


@pytest.mark.parametrize(
    ("which", "precision", "recall"),
    [
        ("fresh", 0.985, 0.979),
        ("second", 0.99, 0.99),
        ("third", 0.99, 0.99),
        ("own", 0.99, 0.99),
        ("fourth", 0.99, 0.985),
        ("sixth", 0.99, 0.99),
    ],
)
def test_lines_that_were_written_without_sight_of_the_rules_are_read(
    which: str, precision: float, recall: float
) -> None:
    told = {"person", "organization", "place", "address", "vehicle", "unit"}
    right = said = true = 0
    for text, labels in lines(f"identifiers-{which}.yaml"):
        wanted = {(label.type, label.start, label.end, label.value) for label in labels}
        found = {(str(m.type), m.start, m.end, m.value) for m in find_mentions(text, LISTLESS) if m.type not in told}
        right, said, true = right + len(found & wanted), said + len(found), true + len(wanted)
    assert right / said >= precision
    assert right / true >= recall


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("BOLO gold Camry TX/RBN3087 two occupants", ["TX RBN3087"]),
        ("white box truck, DE CL 204417, driver armed", ["DE CL204417"]),
        ("drove red Dodge C 144 807 (DE)", ["DE C144807"]),
        ("he has like 20 cars, one is PKT 718", ["PKT718"]),
        ("deleware plate 291604 on a jeep", ["DE 291604"]),
        ("Her plate is, uh, HZN 4418, she said", ["HZN4418"]),
        ("0014,Jeep,1J401WX65YL132153,GHJ-2210,NJ", ["NJ GHJ2210"]),
        ("PLATE  PC 44871   ST  DE   EXP", ["DE PC44871"]),
        ("LIC/KPR4471 LIS/PA LIY/2026", ["PA KPR4471"]),
        ("my plate number is k p r 4 4 7 1", ["KPR4471"]),
        ("gray Camry 7BK-4821 was towed", ["7BK4821"]),
        ("A tow truck hooked 6AB 4471 at noon", ["6AB4471"]),
        ("Honda CBR 600 and BMW 328 were raced", []),
        ("She drives a car and lives in Dover, DE 19901", []),
        ("an AR-15 and MS-13 notes were in the car", []),
        ("The driver gave DE DL 1447721", []),
        ("Truck on PA 283 near exit 7", []),
        ("The car hit pole DE 4471", []),
        ("see reg. 14 CFR for trucks", []),
        ("ABC 1234 was the code on the form", []),
    ],
)
def test_plates_need_a_word_a_state_or_a_vehicle_near(text: str, values: list[str]) -> None:
    assert named("plate", text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("every day around 330pm by the park", ["15:30"]),
        ("doors at 7:30p, show 9p", ["19:30", "21:00"]),
        ("meet me @ 1130 by the shell", ["11:30"]),
        ("hail reported, 1752 EST", ["17:52"]),
        ("M/V Anna taking on water, 4 POB, 0341 local", ["03:41"]),
        ("10-50 PI, 2 veh, 1 entrapped, 0712", ["07:12"]),
        ("0712: caller states he left", ["07:12"]),
        ("shift 0600-1400", ["06:00", "14:00"]),
        ("Gate log: in 0617, out 1502", ["06:17", "15:02"]),
        ("at 10:00-11:30", ["10:00", "11:30"]),
        ("departed 1732Z", ["17:32"]),
        ("2026-03-04T05:06:07Z DENY", ["05:06:07"]),
        ("2026-05-11T22:10:33.120+02:00 accept", ["22:10:33"]),
        ("14/Mar/2026:22:10:05 +0000", ["22:10:05"]),
        ("rendez-vous à 14h30", ["14:30"]),
        ("1080p video at 30 fps", []),
        ("about 1200 people and 1500 Elm St", []),
        ("Marathon finish 3:58:22, pace 9:06/mi", []),
        ("a[10:30] and rows[12:45]", []),
        ("Tr. 12:14-19", []),
        ("Isaiah 40:31 and Romans 12:21", []),
        ("since 1851 - and by 2030 at least", []),
        ("box 1752, PIN 0341", []),
        ("a 16:10 monitor", []),
    ],
)
def test_times_are_told_by_form_word_or_note(text: str, values: list[str]) -> None:
    assert named("time", text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("RALLY AT THE HALL 3/28, be there by 6:30 pm", ["--03-28"]),
        ("guests came 8/22 in a car", ["--08-22"]),
        ("the 3/14 incident", ["--03-14"]),
        ("3/14/2026-3/16/2026", ["2026-03-14", "2026-03-16"]),
        ("antes del 15 de marzo de 2026", ["2026-03-15"]),
        ("le 1er février 2026", ["2026-02-01"]),
        ("am 14. März 2026", ["2026-03-14"]),
        ("fällig am 03.02.2026", ["2026-02-03"]),
        ("DOB 03041988", ["1988-03-04"]),
        ("14/Mar/2026:22:10:05", ["2026-03-14"]),
        ("2026-03-04T05:06:07Z", ["2026-03-04"]),
        ("Date: O3/12/2026", ["2026-03-12"]),
        ("use 3/8 drive, a 9/16 socket, open 24/7", []),
        ("BP 128/84, pain 7/10", []),
        ("good thru 05/27", []),
        ("12 mars bars", []),
        ("version 3.14.2026", []),
        ("Forrn 11O-B, lot O4-118", []),
    ],
)
def test_dates_of_other_languages_and_without_year(text: str, values: list[str]) -> None:
    assert named("date", text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("plz call me back but not from a blocked numbr 302 5550187", ["+13025550187"]),
        ("got a txt from 8885550142", ["+18885550142"]),
        ("rider's mobile is 07700 900461", ["+447700900461"]),
        ("London office, telephone 020 7946 0418", ["+442079460418"]),
        ("call +44 (0)20 7946 0418", ["+442079460418"]),
        ("the French office phone is 01 99 00 41 18", ["+33199004118"]),
        ("Ph0ne: (3O2) 555-O144", ["+13025550144"]),
        ("Order number 07700 900461", []),
        ("transfer from 3025550174 to 4105550199", []),
        ("Serial 302 5550187", []),
    ],
)
def test_telephone_numbers_in_odd_groups_and_from_abroad(text: str, values: list[str]) -> None:
    assert named("phone", text) == values


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("ip-address", "Deny udp src outside:192.0.2.211/53", ["192.0.2.211"]),
        ("ip-address", "scan of 192.0.2.10-192.0.2.20", ["192.0.2.10", "192.0.2.20"]),
        ("ip-address", "blocks 2001:db8:4:a::/64", ["2001:db8:4:a::"]),
        ("ip-address", "beacon to 5.188.10.4", ["5.188.10.4"]),
        ("ip-address", "Upgraded agent from 6.44.15.2 to 6.45.0.1", []),
        ("ip-address", "Affected: OpenPanel 4.2.0.1 through 4.2.0.7; fixed in 4.2.0.8", []),
        ("ip-address", '"fw":"1.20.4.4"', []),
        ("ip-address", "fingerprint 00:1a:2b:ff:fe:3c:4d:5e", []),
        ("mac-address", "AP 9C1C12D4477A deauth", ["9c:1c:12:d4:47:7a"]),
        ("mac-address", '"mac":"9C1C12D4477A"', ["9c:1c:12:d4:47:7a"]),
        ("mac-address", "commit 9c1c12d4477a, serial 9C1C12D4477A", []),
        ("domain", "<8 hex>.ns1[.]tidewater-ops[.]example", ["ns1.tidewater-ops.example"]),
        ("domain", "name server ns2.granitefox.example", ["ns2.granitefox.example"]),
        ("domain", "*.evil.example.com", ["evil.example.com"]),
        ("domain", "go to the website harbor-clinic dot com", ["harbor-clinic.com"]),
        ("domain", "see this for.example, the dot com boom, run.sh", []),
        ("email", "joe dot smith at example dot com", ["joe.smith@example.com"]),
        ("email", "FROM:<bounce-8812=dave@lists.example.net>", ["bounce-8812=dave@lists.example.net"]),
        ("bank-routing", "MICR ⑆115950841⑆ 004188220⑈", ["115950841"]),
        ("bank-routing", "Fedwire sender 056755561 receiver 109005320", ["056755561", "109005320"]),
        ("bank-routing", '"routing_number":"121834922"', ["121834922"]),
        ("bank-routing", "transit no. 091659677 and 116070610", ["091659677", "116070610"]),
        ("bank-routing", "Case 031100209, acct 031201360", []),
        ("payment-card", "Buyer paid with Visa ending in 0418", ["Visa ending in 0418"]),
        ("payment-card", "VISA XXXXXXXXXXXX4471 AUTH", ["Visa ending in 4471"]),
        ("payment-card", "4738 28XX XXXX 3025", ["Visa ending in 3025"]),
        ("payment-card", "Card ending 9931; student visa ending in 2027; Discover 2024", []),
        ("social-security-number", "head 331-72-0448, co-applicant 329 48 1170", ["***-**-0448", "***-**-1170"]),
        ("social-security-number", "S.S.N.  316-7O-2284", ["***-**-2284"]),
        ("social-security-number", "SSN 331-72-0448, claim no. 418 27 6650", ["***-**-0448"]),
        ("coordinates", "center near 33.4N 74.9W", ["33.40000,-74.90000"]),
        ("coordinates", "a,01:44,39.73994,-75.53981", ["39.73994,-75.53981"]),
        ("coordinates", '"coordinates":[-75.0811,38.7183]', ["38.71830,-75.08110"]),
        ("coordinates", "A,14.20,3.8812,4.1123,ok", []),
        ("coordinates", "force 3.2N at 1.1W", []),
        ("money", "1 250,50 € est parti", ["EUR 1250.50"]),
        ("money", "he owes me 200$", ["USD 200.00"]),
        ("money", "received 1.42 BTC", ["BTC 1.42"]),
        ("money", "$440 in $20s", ["USD 440.00"]),
        ("money", "$HOME was not set; $1 is the file argument", []),
        ("vin", "VIN# 1HGCM82633A0O4352", ["1HGCM82633A004352"]),
        ("coin-address", "eth 0x62DB857388D6C80343A8ffF723750A5CE97E9C75", []),
    ],
)
def test_forms_and_their_lookalikes(kind: str, text: str, values: list[str]) -> None:
    assert named(kind, text) == values


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("time", "log: 0330 underway; 0412 on scene; 0455 recovered", ["03:30", "04:12", "04:55"]),
        ("time", "1914 dispatched; 1921 arrived; 1952 cleared", ["19:14", "19:21", "19:52"]),
        ("time", "1918 war ended; 1929 crash; 1941 attack", []),
        ("time", "Boxes: 0114 Reyes; 0121 Cole called", []),
        ("time", "at 0542 TSA lane 4 called", ["05:42"]),
        ("time", "at 2147 an adult male was met", ["21:47"]),
        ("time", "gold closed at 2147 an ounce", []),
        ("time", "at 1600 Pennsylvania Ave, at 1200 feet, at 1800 rpm", []),
        ("time", "search is planned for 0610.", ["06:10"]),
        ("time", "expansion is planned for 2030.", []),
        ("time", "3/3/2026 1030: Client reported", ["10:30"]),
        ("time", "3/3/2026 1130 Elm Street", []),
        ("time", "2104Q: Sector received MAYDAY", ["21:04"]),
        ("time", "a 1500W heater and model 2014F", []),
        ("time", "anytime after six p.m.", ["18:00"]),
        ("time", "at nine thirty pm, at two o'clock", ["21:30", "02:00"]),
        ("time", "at his six o'clock position; the one am I", []),
        ("time", "UK partner lost £40, meeting at 14.30", ["14:30"]),
        ("time", "come by at 2.30pm", ["14:30"]),
        ("time", "ratio 2.30 am radio; bid: 1200 left; 1350 found; at 0200 hours of service", []),
        ("time", "paid £3 at 14.30 per kg; rate 12.50", []),
        ("time", "Tuesday, March 24, 6:30 PM, Fire Hall", ["18:30"]),
        ("plate", "service tag 7XK2M13; asset tag 004417; triage tag 0042", []),
        ("plate", "tag 118, tag 119, tag 120", []),
        ("plate", "laptops and a router, tag 7741", []),
        ("plate", "gray pickup, tag 448217", ["448217"]),
        ("plate", "LPR hit 18:22:41 camera 7 WB: BWN4K91, NY, confidence 93", ["NY BWN4K91"]),
        ("plate", "LPR camera 7, 14 reads, NY trailer", []),
        ("plate", "Ontario plate CKRT 482; Tamaulipas plate XKL-118-B", ["ON CKRT482", "TAM XKL118B"]),
        ("plate", "Ontario PD ran plate 7KLM418", ["7KLM418"]),
        ("plate", "Name;DOB;Plate / Ivers;08/30/1979;4-88120A", ["488120A"]),
        ("plate", "Plate|Name|Lane\nKXR 7741|Ivers|3\nRHB2290|Cole|4", ["KXR7741", "RHB2290"]),
        ("plate", "Name;Plate;Price\nblue;see 4417 b;9", []),
        ("money", "6 cop cars, 3 all, 10 top, 2 php errors, 4 COP CARS", []),
        ("money", "300 usd and 90000 COP", ["USD 300.00", "COP 90000.00"]),
        ("phone", "RP says he is back, cb 3365550148", ["+13365550148"]),
        ("phone", "reach me at three oh two, five five five, oh one four four", ["+13025550144"]),
        ("phone", "the code was three oh two five five five oh one four four", []),
        ("bank-routing", "the routing is, uh, zero two one, two one four, eight six two", ["021214862"]),
        ("bank-routing", "the routing is zero two one two one four eight six three", []),
        ("bank-routing", "Accounts by bank: 232118430 (checking), 060564382 (savings)", ["232118430", "060564382"]),
        ("bank-routing", "Accounts by bank: 232118430 (checking), 060564383 (savings)", []),
        ("bank-routing", "Case numbers 232118430, 060564382", []),
        ("date", "Pd $60 cash to Marv 2-19-26 bal due", ["2026-02-19"]),
        ("date", "paid for part 2-19-26; won the series 4-1-26, $5", []),
        ("coordinates", "Storm report: hail 1.75 in, 41.68 -85.97, spotter", ["41.68000,-85.97000"]),
        ("coordinates", "the values were 41.68 -85.97", []),
        ("time", "both before noon; open until midnight; 12 noon", ["12:00", "00:00", "12:00"]),
        ("time", "a Midnight Express poster, midnight blue, the midnight shift, noon meal", []),
        ("time", "from about quarter to six; at half past nine; at ten to six", ["05:45", "09:30", "05:50"]),
        ("time", "ten to six people, a quarter of one percent", []),
        ("time", "mile 88.2, 03/04/2026 21:14:07, lane 2", ["21:14:07"]),
        ("time", "counter 02:15, dur 00:04:12, serial 04:18:a2:0f", []),
        ("time", "Timeline: 2104Q shots fired; 2106Q first unit", ["21:04", "21:06"]),
        ("time", "Last login 20260227 174412Z from home", ["17:44:12"]),
        ("date", "Last login 20260227 174412Z from home", ["2026-02-27"]),
        ("date", "Dec. 24, 1900 to 2100", ["--12-24"]),
        ("date", "deposits on 1/6, 1/7 and 1/8", ["--01-06", "--01-07", "--01-08"]),
        ("phone", "call 502-555-0155 x3 asks for Rita", ["+15025550155"]),
        ("phone", "call 502-555-0155 x312", ["+15025550155;ext=312"]),
        ("phone", "from +44 7700 900412.", ["+447700900412"]),
        ("bank-routing", "Bank confirmed 015038779 is its routing number for wires", ["015038779"]),
        ("bank-routing", "The new routing no. is 061139143 - the true one is 063029183.", ["061139143", "063029183"]),
        ("bank-routing", "ACH file header: 101 265902833 company", ["265902833"]),
        (
            "money",
            "received 0.8125 BTC, 0.01734 BTC and 2.5 BTC; 2 000 euros",
            ["BTC 0.8125", "BTC 0.01734", "BTC 2.50", "EUR 2000.00"],
        ),
        ("money", "12 GA shells, No. 4 buck", []),
        (
            "domain",
            "harbor-payroll.top, harbor-payroll.site; banner on cardbay.cc since",
            ["harbor-payroll.top", "harbor-payroll.site", "cardbay.cc"],
        ),
        ("domain", "He ran.top of the hill. See main.cc", []),
        ("plate", "plate BXT4471, state NC", ["NC BXT4471"]),
        ("plate", "same vehicle, Jersey plate X24NPD", ["NJ X24NPD"]),
        ("plate", "Subject's Texas truck (RNB-8830) has been there", ["TX RNB8830"]),
        ("plate", "10 | WBA8E9G5XPH307923 | BMW 530 | gone", []),
        ("plate", 'her plate, "PC 220417, thats a Delaware tag"', ["DE PC220417"]),
        ("plate", "Motorcycle plate MC4471 delaware, yellow", ["DE MC4471"]),
        ("plate", "because the Delaware plate, C77210, came back", ["DE C77210"]),
        ("plate", "plate 7KD 2204 maryland road was closed", ["7KD2204"]),
        (
            "time",
            "btwn 1:10 and 1:52 PM; 11:30 to 1:15 pm; between 15:16 and 3:37pm",
            ["13:10", "13:52", "11:30", "13:15", "15:16", "15:37"],
        ),
        ("time", "bet, 930p at the laundrymat; mon-fri 8a-4p", ["21:30", "08:00", "16:00"]),
        ("time", "720p video, 2 counts 1028A", []),
        ("time", "07OCT26 2104Q, insp done", ["21:04"]),
        ("time", "Reyes ran 18:42", []),
        ("date", "Blotter Apr 4th: noise; on October sixth", ["--04-04", "--10-06"]),
        ("date", "3 trans, 01/14 $412.88; clip 3-1-26 0433, truck", ["--01-14", "2026-03-01"]),
        ("date", "Mark 3-1-26 and 01/14", []),
        ("payment-card", "track 2 4833770546709216=2708101", ["Visa ending in 9216"]),
        ("social-security-number", "Tax ID theft, SSN 221-27-1477 used on two", ["***-**-1477"]),
        ("social-security-number", "his social is two one nine, six four, oh eight three one", ["***-**-0831"]),
        ("social-security-number", "the count is two one nine, six four, oh eight three one", []),
        ("bank-routing", "⑆031906652⑆ 004471882⑈ 1183", ["031906652"]),
        ("bank-routing", "⑆031906653⑆ 004471882⑈ 1183", []),
        ("ip-address", "vendor fix is 9.1.14.2, we run 9.1.12.0", []),
        ("domain", "Cert CN *.grayheron.cc issued", ["grayheron.cc"]),
        ("money", "no usable location on CAD 26-018841; CAD 2610060482", []),
        ("money", "CAD 1,250.00 and CAD 12.5 million", ["CAD 1250.00", "CAD 12500000.00"]),
        ("money", "paid two grand for a 2011 Malibu, 3 grand in cash", ["USD 2000.00", "USD 3000.00"]),
        ("money", "two grand jury exhibits, 3 grand theft counts", []),
        ("money", "item,amount,date\nChainsaw,$90.00,10/6/26", ["USD 90.00"]),
        ("money", "The step uses $1 for the host and $2 for the port", []),
        ("url", "url,first_seen\nhttp://sunmilk.top/a,2026-10-04", ["http://sunmilk.top/a"]),
        ("phone", "Western Union MTCN 448-211-9070", []),
        ("ip-address", "ARP table:\n192.168.50.1 b8-27-eb-44-f0-12", ["192.168.50.1"]),
        ("ip-address", "see table 4.1.2.3", []),
        ("plate", "Deleware plate PC61190, gold Buick", ["DE PC61190"]),
        ("plate", "The asset tag on the laptop is DE-004417", []),
        ("time", "not watched after 2000 hours; after 1200 hours of work", ["20:00"]),
        ("date", "GA TBQ9047 stolen 3-30-26 out of Cobb; Shift bulletin 3/28: watch", ["2026-03-30", "--03-28"]),
    ],
)
def test_notes_logs_and_speech_beside_their_lookalikes(kind: str, text: str, values: list[str]) -> None:
    assert named(kind, text) == values


def test_a_state_beside_a_plate_is_no_body_though_a_model_says_so() -> None:
    text = "He left in a car with DE plate PC123456."
    at = text.index("DE")
    model = Mention(
        start=at, end=at + 2, type=MentionType.ORGANIZATION, value="DE", by=FoundBy.MODEL, rule="m", confidence=0.7
    )
    found = find_mentions(text, LISTLESS, (model,))
    assert [(str(m.type), m.value) for m in found if m.type is not MentionType.VEHICLE] == [("plate", "DE PC123456")]
    assert find_mentions(text.replace("plate PC123456", "in the office"), LISTLESS, (model,)), "elsewhere it stays"


@pytest.mark.parametrize(
    "piece",
    ["ip:1.2.3.4 ", "14/Mar/2026:", "::/", "PA ABC-123 car ", "Visa xxxx ", "1O/", "a dot b at c dot ", "@ 1130, ", "3/14-", "upgraded 1.2.3.4 and ", "0412 left; ", "one oh, ", "call six p.m. ", "bank 031100209, ", "LPR a: ", "tag 0042, ", ";plate;", "plate|a|b / ", "at 14.30 "],
)  # fmt: skip
def test_no_repetition_of_a_new_form_makes_the_rules_slow(piece: str) -> None:
    text = (piece * 30_000)[:30_000]
    started = time.process_time()
    find_mentions(text, LISTLESS)
    assert time.process_time() - started < 2, "30,000 characters"
