"""Who takes part in the invented region: agencies, agreements, holdings, sources with their markings, accounts."""

from dataclasses import dataclass

from tessera.model.access import AgencyKind, Purpose, Role
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.model.source import FILES, Agency, Agreement, Holding, HoldingSort, Source

INVENTED = "invented demo data"
_P = Purpose
_LAW = frozenset({_P.CRIMINAL_INVESTIGATION, _P.EMERGENCY_RESPONSE, _P.SITUATIONAL_AWARENESS})
_ALL = frozenset(Purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A person who can sign in to the demo; whoever loads the demo makes up the password."""

    account: str
    label: str
    agency: str
    roles: frozenset[Role]
    groups: frozenset[str]
    purpose: Purpose
    """Offered first at sign-in."""
    trained_until: str = ""


def _agency(name: str, label: str, kind: AgencyKind, jurisdiction: str) -> Agency:
    contact = f"desk@{name}.example.org"
    return Agency(name=name, label=f"{label} (invented)", kind=kind, jurisdiction=jurisdiction, contact=contact)


AGENCIES = (
    _agency("bayview-health", "Bayview Hospital System", AgencyKind.PRIVATE, "Delaware"),
    _agency("cedar-marsh", "Cedar Marsh Tribal Public Safety Office", AgencyKind.TRIBAL, "Cedar Marsh"),
    _agency("dover-police", "Dover City Police", AgencyKind.LOCAL, "Dover, Kent County"),
    _agency("federal-liaison", "Federal Liaison Office", AgencyKind.FEDERAL, "United States"),
    _agency("fusion-unit", "State Police Fusion Unit", AgencyKind.STATE, "Delaware"),
    _agency("kent-sheriff", "Kent County Sheriff", AgencyKind.LOCAL, "Kent County"),
    _agency("new-castle-sheriff", "New Castle County Sheriff", AgencyKind.LOCAL, "New Castle County"),
    _agency("sussex-sheriff", "Sussex County Sheriff", AgencyKind.LOCAL, "Sussex County"),
    _agency("three-counties-power", "Three Counties Power and Water", AgencyKind.PRIVATE, "Delaware"),
)


def _agreement(agency: str, purposes: frozenset[Purpose], redissemination: str) -> Agreement:
    return Agreement(
        name=f"agreement-{agency}", agency=agency, purposes=purposes, redissemination=redissemination, signed="2024-10-01",
        expires="2029-09-30",
    )  # fmt: skip


_ASK_FIRST = "Only with the giver's written consent."
_LAW_ONLY = "To law enforcement partners with a stated case; each release is recorded."
AGREEMENTS = (
    _agreement(
        "bayview-health", frozenset({_P.PUBLIC_HEALTH}), "Counts of five or more only; no person leaves the center."
    ),
    _agreement("cedar-marsh", _LAW, _ASK_FIRST),
    _agreement("dover-police", _ALL, "Free to pass on, with the source named."),
    _agreement("federal-liaison", frozenset({_P.CRIMINAL_INVESTIGATION}), _ASK_FIRST),
    _agreement("fusion-unit", _LAW, _LAW_ONLY),
    _agreement("kent-sheriff", _LAW, _LAW_ONLY),
    _agreement("new-castle-sheriff", _LAW, _LAW_ONLY),
    _agreement("sussex-sheriff", _LAW, _LAW_ONLY),
    _agreement(
        "three-counties-power", _LAW, "Within the recipients' organisations and their clients, as TLP:AMBER says."
    ),
)


_SORTS = {
    "criminal-intelligence": HoldingSort.INTELLIGENCE,
    "suspicious-activity": HoldingSort.SUSPICIOUS_ACTIVITY,
    "tips": HoldingSort.TIPS,
}


def _holding(number: int, name: str, label: str, years: int, purposes: frozenset[Purpose]) -> Holding:
    return Holding(
        name=name,
        label=label,
        authority=f"Invented Code § {number}",
        retention_days=years * 365,
        purposes=purposes,
        sort=_SORTS.get(name, HoldingSort.OTHER),
    )


HOLDINGS = (
    _holding(1, "criminal-intelligence", "Criminal intelligence", 5, frozenset({_P.CRIMINAL_INVESTIGATION})),
    _holding(2, "field-reports", "Field reports", 5, _LAW),
    _holding(3, "law-enforcement-records", "Law enforcement records", 10, _LAW),
    _holding(4, "public-health", "Public health", 6, frozenset({_P.PUBLIC_HEALTH})),
    _holding(5, "public-incidents", "Public incident feed", 20, _ALL),
    _holding(6, "suspicious-activity", "Suspicious activity reports", 5, _LAW),
    _holding(7, "tips", "Tips and leads", 1, _LAW),
)


def _marking(
    holding: str, sensitivity: Sensitivity, tlp: Tlp, regimes: str = "", *, purposes: str = "", releasable_to: str = ""
) -> Marking:
    limit = {
        "desk": frozenset({_P.CRIMINAL_INVESTIGATION, _P.OVERSIGHT}),
        "law": _LAW,
        "health": frozenset({_P.PUBLIC_HEALTH}),
        "crime": frozenset({_P.CRIMINAL_INVESTIGATION}),
    }
    return Marking(
        holdings=frozenset({holding}),
        purposes=frozenset(str(purpose) for purpose in limit[purposes]) if purposes else None,
        regimes=frozenset(Regime(regime) for regime in regimes.split()),
        releasable_to=frozenset(releasable_to.split()) or None,
        sensitivity=sensitivity,
        tlp=tlp,
    )


def _source(
    name: str,
    label: str,
    agency: str,
    marking: Marking,
    *,
    cadence_hours: int,
    reliability: str,
    by_form: bool = False,
    mapping: str = "",
) -> Source:
    (holding,) = marking.holdings
    return Source(
        name=name,
        label=f"{label} ({INVENTED})",
        agency=agency,
        agreement=f"agreement-{agency}",
        holding=holding,
        marking=marking | Marking(owners=frozenset({agency})),
        mapping="" if by_form else mapping or f"demo-{name}",
        cadence_hours=cadence_hours,
        reliability=reliability,
    )


_S, _RECORDS = Sensitivity, "law-enforcement-records"
_SHERIFFS = "dover-police fusion-unit kent-sheriff new-castle-sheriff sussex-sheriff"
_CASES = _marking(_RECORDS, _S.SENSITIVE, Tlp.AMBER, "CJI PII")
_HEALTH = _marking(
    "public-health",
    _S.RESTRICTED,
    Tlp.AMBER_STRICT,
    "PHI PII",
    purposes="health",
    releasable_to="bayview-health fusion-unit",
)
_TRIBAL = _marking(
    _RECORDS, _S.SENSITIVE, Tlp.AMBER, "PII", purposes="law", releasable_to="cedar-marsh fusion-unit sussex-sheriff"
)
_NAMES = _marking(_RECORDS, _S.RESTRICTED, Tlp.AMBER, "CJI PII", purposes="law", releasable_to=_SHERIFFS)
_NOTICES = _marking(
    "criminal-intelligence",
    _S.RESTRICTED,
    Tlp.AMBER_STRICT,
    "28CFR23 PII",
    purposes="crime",
    releasable_to="federal-liaison fusion-unit",
)
_CALLS = _marking("public-incidents", _S.PUBLIC, Tlp.CLEAR)
_FIELD = _marking("field-reports", _S.SENSITIVE, Tlp.AMBER, "CJI PII")
_CARS = _marking(_RECORDS, _S.INTERNAL, Tlp.GREEN, "PII")
_POWER = _marking("suspicious-activity", _S.SENSITIVE, Tlp.AMBER, "PCII", purposes="law")
_TIPS = _marking("tips", _S.SENSITIVE, Tlp.AMBER, "PII", releasable_to="fusion-unit")

_DESK = _marking(
    "criminal-intelligence",
    _S.RESTRICTED,
    Tlp.AMBER_STRICT,
    "28CFR23",
    purposes="desk",
    releasable_to="fusion-unit new-castle-sheriff sussex-sheriff",
)
_REPORTS = _marking(
    "suspicious-activity", _S.RESTRICTED, Tlp.AMBER, "PII", purposes="desk", releasable_to="fusion-unit"
)

SOURCES = (
    _source("bayview-overdoses", "Overdose visits", "bayview-health", _HEALTH, cadence_hours=24, reliability="A"),
    _source("cedar-marsh-incidents", "Incidents", "cedar-marsh", _TRIBAL, cadence_hours=168, reliability="B"),
    _source("dover-public-calls", "Calls for service", "dover-police", _CALLS, cadence_hours=24, reliability="B"),
    _source("fusion-field-reports", "Field reports", "fusion-unit", _FIELD, cadence_hours=24, reliability="B"),
    _source(
        "fusion-files",
        "Files of any kind",
        "fusion-unit",
        _FIELD,
        cadence_hours=0,
        reliability="C",
        mapping=FILES,
    ),
    _source("fusion-persons", "Master name index", "fusion-unit", _NAMES, cadence_hours=168, reliability="A"),
    _source("fusion-vehicles", "Vehicle register", "fusion-unit", _CARS, cadence_hours=168, reliability="A"),
    _source(
        "intelligence-desk", "Intelligence desk", "fusion-unit", _DESK, cadence_hours=0, reliability="B", by_form=True
    ),
    _source("kent-arrests", "Kent arrests", "kent-sheriff", _CASES, cadence_hours=168, reliability="B"),
    _source("liaison-notices", "Liaison notices", "federal-liaison", _NOTICES, cadence_hours=0, reliability="B"),
    _source("new-castle-rms", "New Castle records", "new-castle-sheriff", _CASES, cadence_hours=24, reliability="B"),
    _source(
        "power-suspicious-activity",
        "Utility suspicious activity",
        "three-counties-power",
        _POWER,
        cadence_hours=72,
        reliability="C",
    ),
    _source(
        "suspicious-activity-desk",
        "Suspicious activity desk",
        "fusion-unit",
        _REPORTS,
        cadence_hours=0,
        reliability="F",
        by_form=True,
    ),
    _source("sussex-rms", "Sussex records", "sussex-sheriff", _CASES, cadence_hours=48, reliability="B"),
    _source("tips-line", "Tips line", "fusion-unit", _TIPS, cadence_hours=0, reliability="F"),
)


def _account(
    name: str, label: str, agency: str, roles: tuple[Role, ...], *, groups: str = "", purpose: Purpose
) -> DemoAccount:
    return DemoAccount(
        account=name, label=label, agency=agency, roles=frozenset(roles), groups=frozenset(groups.split()),
        purpose=purpose,
    )  # fmt: skip


ACCOUNTS = (
    _account(
        "avery",
        "Avery, analyst at the center",
        "fusion-unit",
        (Role.ANALYST,),
        groups="cji-cleared law-enforcement",
        purpose=_P.CRIMINAL_INVESTIGATION,
    ),
    _account(
        "blake",
        "Blake, analyst at the center",
        "fusion-unit",
        (Role.ANALYST,),
        groups="cji-cleared law-enforcement",
        purpose=_P.CRIMINAL_INVESTIGATION,
    ),
    _account(
        "casey",
        "Casey, senior analyst at the center",
        "fusion-unit",
        (Role.ANALYST, Role.WATCH_OFFICER),
        groups="cji-cleared law-enforcement",
        purpose=_P.CRIMINAL_INVESTIGATION,
    ),
    _account(
        "dana",
        "Dana, analyst and steward of the models",
        "fusion-unit",
        (Role.ANALYST, Role.DATA_STEWARD),
        groups="cji-cleared law-enforcement",
        purpose=_P.CRIMINAL_INVESTIGATION,
    ),
    _account(
        "harper",
        "Harper, epidemiologist at the hospital",
        "bayview-health",
        (Role.PARTNER,),
        groups="public-health",
        purpose=_P.PUBLIC_HEALTH,
    ),
    _account(
        "morgan",
        "Morgan, administrator and data steward",
        "fusion-unit",
        (Role.ADMINISTRATOR, Role.DATA_STEWARD),
        purpose=_P.DATA_STEWARDSHIP,
    ),
    _account("quinn", "Quinn, auditor", "fusion-unit", (Role.AUDITOR,), purpose=_P.OVERSIGHT),
    _account("robin", "Robin, privacy officer", "fusion-unit", (Role.PRIVACY_OFFICER,), purpose=_P.OVERSIGHT),
    _account(
        "sam",
        "Sam, deputy in Sussex",
        "sussex-sheriff",
        (Role.PARTNER,),
        groups="law-enforcement",
        purpose=_P.CRIMINAL_INVESTIGATION,
    ),
)
