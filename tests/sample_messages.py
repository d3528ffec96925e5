"""Small invented messages of each standard, for tests."""

import json
from typing import Any

UUID = "0f3a1c52-7d1e-4c55-9a70-5b1f0c2d3e4f"
OTHER = "1f3a1c52-7d1e-4c55-9a70-5b1f0c2d3e4f"
RED = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
TIMES = {"created": "2026-01-02T03:04:05.000Z", "modified": "2026-01-02T03:04:05.000Z"}


def thing(type_: str, uuid: str = UUID, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"type": type_, "spec_version": "2.1", "id": f"{type_}--{uuid}", **TIMES, **more}


def indicator(pattern: str = "[ipv4-addr:value = '198.51.100.3']", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return thing("indicator", pattern=pattern, pattern_type="stix", valid_from="2026-01-02T03:04:05Z", **more)


def relation(word: str = "indicates", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    ends = {"source_ref": f"indicator--{UUID}", "target_ref": f"malware--{UUID}"}
    return thing("relationship", relationship_type=word, **ends, **more)


def stix_bundle(*objects: dict[str, Any], **more: Any) -> str:  # noqa: ANN401
    return json.dumps({"type": "bundle", "id": f"bundle--{UUID}", "objects": objects, **more})


MALWARE = thing("malware", name="Marsh", is_family=True)

INFO = """<info><category>Met</category><event>Flood</event><urgency>Expected</urgency><severity>Severe</severity>
<certainty>Likely</certainty>{}</info>"""
AREA = "<area><areaDesc>Salt Marsh</areaDesc>{}</area>"


def alert(inner: str = "", *, version: str = "1.2", **given: str) -> str:
    values = {"identifier": "A1", "sender": "watch@marsh.example", "sent": "2026-03-01T14:05:00-05:00", "status": "Actual",
              "msgType": "Alert", "scope": "Public"} | given  # fmt: skip
    parts = "".join(f"<{name}>{value}</{name}>" for name, value in values.items() if value)
    return f'<alert xmlns="urn:oasis:names:tc:emergency:cap:{version}">{parts}{inner}</alert>'


RSS = """<rss version="2.0" xmlns:geo="http://www.georss.org/georss" xmlns:c="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Marsh County</title><description>News</description>{}</channel></rss>"""
ITEM = "<title>Road closed</title><guid>n-1</guid><pubDate>Fri, 04 Feb 2011 20:20:00 GMT</pubDate>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Marsh</title><updated>2026-01-01T00:00:00Z</updated><entry>{}</entry></feed>'

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Hill", "given": ["Ann", "May"]}],
    "birthDate": "1984-07-19",
    "gender": "female",
}
SUBJECT = {"reference": "Patient/p1"}
CODE = {"coding": [{"system": "http://loinc.org", "code": "8302-2", "display": "Body height"}]}


def resource(kind: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"resourceType": kind, "id": "r1", "subject": SUBJECT, **more}


OBSERVATION = resource("Observation", status="final", code=CODE)
ENCOUNTER = resource(
    "Encounter", status="finished", period={"start": "2026-03-01T23:30:00-05:00", "end": "2026-03-03T07:30:00-05:00"},
    **{"class": {"code": "IMP"}}, length={"value": 2, "unit": "d"},
)  # fmt: skip


def fhir_bundle(*resources: dict[str, Any], sort: str = "collection") -> str:
    entries = [{"fullUrl": f"urn:uuid:{n}", "resource": each} for n, each in enumerate(resources)]
    return json.dumps({"resourceType": "Bundle", "type": sort, "entry": entries})


EVENT = "0f3a1c52-7d1e-4c55-9a70-5b1f0c2d3e"


def attribute(type_: str, value: str, number: int = 10, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"uuid": f"{EVENT}{number}", "type": type_, "value": value, "category": "Network activity", "to_ids": False, "deleted": False,
            "timestamp": "1700000000", **more}  # fmt: skip


def event(*attributes: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"Event": {"uuid": f"{EVENT}00", "info": "Marsh phish", "date": "2026-01-02", "Orgc": {"name": "CERT Marsh"},
                      "threat_level_id": "1", "analysis": "2", "distribution": "3", "Attribute": list(attributes), **more}}  # fmt: skip


HEAD = """<n:Submission xmlns:n="http://fbi.gov/cjis/nibrs/{}" xmlns:s="http://release.niem.gov/niem/structures/{}/">
<MessageMetadata><MessageDateTime>2026-03-01T03:00:00</MessageDateTime><MessageImplementationVersion>4.2</MessageImplementationVersion></MessageMetadata>"""
REPORT = """<Report><ReportHeader><NIBRSReportCategoryCode>{sort}</NIBRSReportCategoryCode><ReportActionCategoryCode>{action}</ReportActionCategoryCode>
<ReportingAgency><OrganizationAugmentation><OrganizationORIIdentification><IdentificationID>DE0010000</IdentificationID></OrganizationORIIdentification>
</OrganizationAugmentation></ReportingAgency></ReportHeader>{inner}</Report>"""
INCIDENT = """<Incident><ActivityIdentification><IdentificationID>26-1</IdentificationID></ActivityIdentification><ActivityDate><DateTime>2026-02-19T10:00:00</DateTime></ActivityDate></Incident>
<Offense s:id="O1"><OffenseUCRCode>13B</OffenseUCRCode></Offense><Offense s:id="O2"><OffenseUCRCode>120</OffenseUCRCode><OffenseForce><ForceCategoryCode>12A</ForceCategoryCode></OffenseForce></Offense>
<Location s:id="L1"><LocationCategoryCode>18</LocationCategoryCode></Location>
<Item><ItemStatus><ItemStatusCode>RECOVERED</ItemStatusCode></ItemStatus><ItemValue><ItemValueAmount><Amount>120</Amount></ItemValueAmount><ItemValueDate><Date>2026-02-21</Date></ItemValueDate></ItemValue><ItemCategoryNIBRSPropertyCategoryCode>03</ItemCategoryNIBRSPropertyCategoryCode></Item>
<Substance><DrugCategoryCode>D</DrugCategoryCode><SubstanceQuantityMeasure><MeasureDecimalValue>1.5</MeasureDecimalValue><SubstanceUnitCode>GM</SubstanceUnitCode></SubstanceQuantityMeasure></Substance>
<Person s:id="P1"><PersonAgeMeasure><MeasureIntegerValue>32</MeasureIntegerValue></PersonAgeMeasure><PersonRaceNDExCode>W</PersonRaceNDExCode><PersonSexCode>F</PersonSexCode></Person>
<Person s:id="P2"><PersonAgeMeasure><MeasureIntegerRange><RangeMaximumIntegerValue>30</RangeMaximumIntegerValue><RangeMinimumIntegerValue>25</RangeMinimumIntegerValue></MeasureIntegerRange></PersonAgeMeasure></Person>
<Victim s:id="V1"><RoleOfPerson s:ref="P1"/></Victim><Victim s:id="V2"><VictimCategoryCode>B</VictimCategoryCode></Victim><Subject s:id="S1"><RoleOfPerson s:ref="P2"/></Subject>
<Arrestee s:id="A1"><RoleOfPerson s:ref="P2"/></Arrestee><Arrest s:id="R1"><ActivityIdentification><IdentificationID>A-7</IdentificationID></ActivityIdentification><ActivityDate><Date>2026-02-20</Date></ActivityDate><ArrestCharge><ChargeUCRCode>120</ChargeUCRCode></ArrestCharge><ArrestCategoryCode>T</ArrestCategoryCode></Arrest>
<ArrestSubjectAssociation><Activity s:ref="R1"/><Subject s:ref="A1"/></ArrestSubjectAssociation><OffenseVictimAssociation><Offense s:ref="O1"/><Victim s:ref="V1"/></OffenseVictimAssociation>"""


def submission(
    inner: str = INCIDENT, sort: str = "GROUP A INCIDENT REPORT", action: str = "I", release: str = "3.0"
) -> str:
    return HEAD.format("4.2", release) + REPORT.format(sort=sort, action=action, inner=inner) + "</n:Submission>"


CRASH = """<e:CrashInfo xmlns:e="http://a.example/1" xmlns:s="http://release.niem.gov/niem/structures/5.0/">
<Person s:id="P1"><PersonBirthDate><Date>1990-05-04</Date></PersonBirthDate><PersonName><PersonGivenName>Ann</PersonGivenName><PersonSurName>Hill</PersonSurName></PersonName></Person>
<Crash><ActivityDate><Date>2026-05-04</Date></ActivityDate><Location><Location2DGeospatialCoordinate><GeographicCoordinateLatitude><LatitudeDegreeValue>38</LatitudeDegreeValue><LatitudeMinuteValue>30</LatitudeMinuteValue></GeographicCoordinateLatitude><GeographicCoordinateLongitude><LongitudeDegreeValue>-75</LongitudeDegreeValue><LongitudeMinuteValue>15</LongitudeMinuteValue></GeographicCoordinateLongitude></Location2DGeospatialCoordinate></Location>
<CrashVehicle><VehicleIdentification><IdentificationID>1HGCM82633A004352</IdentificationID></VehicleIdentification><CrashDriver><RoleOfPerson s:ref="P1"/><DriverLicense><DriverLicenseCardIdentification><IdentificationID>D123</IdentificationID></DriverLicenseCardIdentification></DriverLicense></CrashDriver></CrashVehicle>
<CrashPerson><RoleOfPerson s:ref="P1"/><CrashPersonInjury><InjuryDescriptionText>Broken arm</InjuryDescriptionText></CrashPersonInjury></CrashPerson></Crash>
<Charge s:id="C1"><ChargeDescriptionText>Speeding</ChargeDescriptionText></Charge><PersonChargeAssociation><Person s:ref="P1"/><Charge s:ref="C1"/></PersonChargeAssociation>
<ext><RemarkText>The road was wet and no lamp was lit.</RemarkText><WeatherCode mood="grim">R</WeatherCode></ext></e:CrashInfo>"""


def flat(level: str, said: dict[int, str], length: int, *, action: str = "I", number: str = "26-1") -> str:
    """Write a segment of a NIBRS flat file: what stands from which character on, counted from 1."""
    line = list(f"{length:04}{level}{action}022026    DE0010000{number:12}".ljust(length))
    for first, text in said.items():
        line[first - 1 : first - 1 + len(text)] = text
    return "".join(line)


FLAT = [
    flat("1", {38: "20260219", 47: "10N"}, 87),
    flat("2", {38: "13BC", 42: "N", 45: "18", 62: "88"}, 63),
    flat("2", {38: "120C", 42: "N", 45: "18", 53: "12A", 62: "88"}, 71),
    flat("3", {38: "5", 39: "03", 41: "000000120", 50: "20260221"}, 307),
    flat("3", {38: "6", 39: "10", 233: "D", 234: "000000001500", 246: "GM"}, 307),
    flat("4", {38: "001", 41: "13B", 71: "I32  FWNR", 85: "M", 90: "01AQ"}, 129),
    flat("4", {38: "002", 41: "120", 71: "B"}, 129),
    flat("5", {38: "01", 40: "2530", 44: "MW"}, 45),
    flat("6", {38: "01", 40: "A-7", 52: "20260220", 60: "TN", 62: "120", 65: "01", 71: "27  MWN"}, 110),
]
"""The incident of `submission`, as a flat file tells it."""


def flat_file(*segments: str) -> str:
    return "".join(f"{segment}\r\n" for segment in segments or FLAT)


ERROR_SHEET = (
    f"{'2026020000015IDE001000026-1':35}3{'':6}620 306{'E':12}{'NCA07: DUPLICATE VALUE=E':79}FLOPPY\r\n"
    f"{'2026020000000IDE001000026-1':35} {'':6} 34 085{'':12}{'EACH VICTIM MUST BE CONNECTED TO AN OFFENDER':79}FLOPPY\r\n"
    f"{'':14}999999999{'':38}FBI PROCESSED DISKETTE ON 03/24/26\r\n"
)
