"""Objects of STIX as records: which kind, which terms."""

from collections.abc import Callable, Mapping
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.parts import JsonPart
from tessera.extract.messages.stix_observables import described
from tessera.extract.messages.stix_rules import OBSERVABLES

_THREATS: Final = frozenset(
    {
        "attack-pattern", "campaign", "course-of-action", "indicator", "infrastructure", "intrusion-set", "malware",
        "threat-actor", "tool", "vulnerability",
    }
)  # fmt: skip
_DOCUMENTS: Final = frozenset(
    {
        "email-message", "extension-definition", "grouping", "language-content", "malware-analysis", "marking-definition",
        "note", "opinion", "report",
    }
)  # fmt: skip
_EVENTS: Final = frozenset({"incident", "observed-data"})
_AS_IS: Final = {"relationship": "threat-relationship", "sighting": "sighting", "location": "location"}
# Term by term, the STIX property that fills it; lists are joined.
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name",),
    "alias": ("aliases", "x_mitre_aliases"),
    "description": ("description",),
    "labels": ("labels",),
    "objective": ("objective",),
    "action": ("action", "action_bin", "action_reference"),
    "pattern": ("pattern",),
    "goals": ("goals",),
    "roles": ("roles",),
    "resource_level": ("resource_level",),
    "motivation": ("primary_motivation", "secondary_motivations", "personal_motivations"),
    "sophistication": ("sophistication",),
    "capabilities": ("capabilities",),
    "platforms": ("architecture_execution_envs", "os_execution_envs", "x_mitre_platforms"),
    "version": ("tool_version",),
}
_TIMES: Final = {
    "first_seen": "first_seen",
    "last_seen": "last_seen",
    "valid_from": "valid_from",
    "valid_until": "valid_until",
    "started_at": "start_time",
    "ended_at": "stop_time",
}
_HAS: Final[Mapping[str, tuple[str, ...]]] = {
    "attack-pattern": ("name", "alias", "description", "labels", "platforms"),
    "campaign": ("name", "alias", "description", "labels", "objective", "first_seen", "last_seen"),
    "course-of-action": ("name", "description", "labels", "action"),
    "indicator": ("name", "description", "labels", "pattern", "valid_from", "valid_until"),
    "infrastructure": ("name", "alias", "description", "labels", "first_seen", "last_seen"),
    "intrusion-set": (
        "name", "alias", "description", "labels", "goals", "resource_level", "motivation", "first_seen", "last_seen",
    ),
    "malware": ("name", "alias", "description", "labels", "capabilities", "platforms", "first_seen", "last_seen"),
    "threat-actor": (
        "name", "alias", "description", "labels", "goals", "roles", "resource_level", "motivation", "sophistication",
        "first_seen", "last_seen",
    ),
    "tool": ("name", "alias", "description", "labels", "version", "platforms"),
    "vulnerability": ("name", "alias", "description", "labels"),
    "relationship": ("description", "labels", "started_at", "ended_at"),
    "sighting": ("description", "labels", "first_seen", "last_seen"),
}  # fmt: skip
_CATEGORIES: Final = {
    "indicator": "indicator_types",
    "infrastructure": "infrastructure_types",
    "malware": "malware_types",
    "threat-actor": "threat_actor_types",
    "tool": "tool_types",
}
_CATALOGS: Final = ("mitre-attack", "mitre-ics-attack", "mitre-mobile-attack", "capec", "cve", "cwe")


def kind_of(part: JsonPart) -> str:
    """Name the dictionary kind of an object; empty where there is none."""
    kind = part.text("type")
    if kind == "identity":
        return "person" if part.text("identity_class") == "individual" else "organization"
    if kind in _DOCUMENTS:
        return "document"
    return kind_of_type(kind)


def kind_of_type(kind: str) -> str:
    """Name the dictionary kind of a type as far as the type alone tells; an identity is an organisation then."""
    if kind in _THREATS:
        return kind
    if kind in _EVENTS:
        return "event"
    if kind in _DOCUMENTS:
        return "document"
    if kind == "identity":
        return "organization"
    return _AS_IS.get(kind, "identifier" if kind in OBSERVABLES else "")


def terms_of(part: JsonPart) -> dict[str, str]:
    """Give the terms of an object of a kind that the dictionary has."""
    kind = part.text("type")
    if kind in _THREATS or kind in {"relationship", "sighting"}:
        return stored.filled(_threat(part, kind))
    if kind in OBSERVABLES and kind not in _DOCUMENTS:
        return described(part)
    return stored.filled(_OTHERS[kind](part))


def references_of(part: JsonPart) -> str:
    """Write the external references as lines."""
    lines = []
    for each in part.parts("external_references"):
        said = [each.text(name) for name in ("source_name", "external_id", "url", "description")]
        lines.append(" ".join(filter(None, said)))
    return "\n".join(filter(None, lines))


def _threat(part: JsonPart, kind: str) -> dict[str, str]:
    terms = {term: _said(part, term) for term in _HAS[kind]}
    terms |= {
        "references": references_of(part),
        "confidence": part.text("confidence"),
        "revoked": "true" if _true(part, "revoked", "x_mitre_deprecated") else "",
        "stated_at": part.moment("modified"),
    }
    if kind in _CATEGORIES:
        terms["category"] = stored.joined(part.texts(_CATEGORIES[kind]))
    return terms | (_END_TERMS[kind](part) if kind in _END_TERMS else _catalogued(part, kind))


def _true(part: JsonPart, *names: str) -> bool:
    return "true" in [part.text(name) for name in names]


def _said(part: JsonPart, term: str) -> str:
    if term in _TIMES:
        return part.moment(_TIMES[term])
    return stored.joined(said for name in _TEXTS[term] for said in part.texts(name))


def _catalogued(part: JsonPart, kind: str) -> dict[str, str]:
    terms = {"number": _number(part)}
    if part.parts("kill_chain_phases"):
        phases = [
            f"{each.text('kill_chain_name')}: {each.text('phase_name')}" for each in part.parts("kill_chain_phases")
        ]
        terms["kill_chain"] = stored.joined(phases)
    if kind == "indicator":
        terms["pattern_type"] = part.text("pattern_type") or "stix"
        part.text("pattern_version")
    if kind == "malware":
        terms["family"] = stored.boolean(part.get("is_family"))
    return terms


def _number(part: JsonPart) -> str:
    entries = part.parts("external_references")
    known = [each.text("external_id") for each in entries if each.text("source_name").lower() in _CATALOGS]
    return next(filter(None, known), "")


def _relation(part: JsonPart) -> dict[str, str]:
    names = {"relation": "relationship_type", "from_ref": "source_ref", "to_ref": "target_ref"}
    return {term: part.text(name) for term, name in names.items()}


def _sighting(part: JsonPart) -> dict[str, str]:
    seen = part.text("sighting_of_ref")
    category = f"{seen.partition('--')[0]} seen" + (", summed up" if _true(part, "summary") else "")
    return {"category": category, "times": part.text("count"), "seen_ref": seen}


_END_TERMS: Final[Mapping[str, Callable[[JsonPart], dict[str, str]]]] = {
    "relationship": _relation,
    "sighting": _sighting,
}


def _identity(part: JsonPart) -> dict[str, str]:
    person = kind_of(part) == "person"
    sort = [*([] if person else [part.text("identity_class")]), *part.texts("sectors")]
    terms = {
        "full_name" if person else "name": part.text("name"),
        "description": stored.joined(
            [part.text("description"), part.text("contact_information"), *part.texts("roles")]
        ),
    }
    return terms | ({"recorded_at": part.moment("modified")} if person else {"category": stored.joined(sort)})


def _location(part: JsonPart) -> dict[str, str]:
    parts = [part.text("region"), part.text("country")]
    wide = stored.joined([part.text("administrative_area"), *parts])
    precise = part.text("precision")
    return {
        "name": part.text("name") or ("" if part.text("city") else wide),
        "address": part.text("street_address"),
        "city": part.text("city"),
        "postal_code": part.text("postal_code"),
        "description": stored.joined([part.text("description"), wide, f"within {precise} metres" if precise else ""]),
    }


def _document(title: str, text: tuple[str, ...], written: str, category: str) -> Callable[[JsonPart], dict[str, str]]:
    def read(part: JsonPart) -> dict[str, str]:
        types = part.texts("report_types") or part.texts("context")
        return {
            "category": stored.joined([category, *types]),
            "title": part.text(title),
            "text": "\n".join(filter(None, (part.text(name) for name in text))),
            "author": stored.joined(part.texts("authors")),
            "written_at": part.moment(written),
            "topic": stored.joined(part.texts("labels")),
            "note": references_of(part),
        }

    return read


def _analysis(part: JsonPart) -> dict[str, str]:
    product = " ".join(filter(None, (part.text("product"), part.text("version"))))
    result = " ".join(filter(None, (part.text("result"), part.text("result_name"))))
    return {
        "category": "malware analysis",
        "title": f"{product}: {result}" if result else product,
        "written_at": stored.moment(
            part.get("analysis_ended") or part.get("analysis_started") or part.get("submitted")
        ),
        "topic": stored.joined(part.texts("modules")),
        "note": references_of(part),
    }


def _opinion(part: JsonPart) -> dict[str, str]:
    return _document("opinion", ("explanation",), "modified", "opinion")(part)


def _marking(part: JsonPart) -> dict[str, str]:
    definition = part.part("definition")
    said = "\n".join(f"{name}: {stored.text(definition.get(name))}" for name in definition.value)
    title = part.text("name") or part.text("definition_type")
    return {"category": "marking", "title": title, "text": said, "written_at": part.moment("created")}


def _translation(part: JsonPart) -> dict[str, str]:
    lines = []
    for language in part.part("contents").value:
        said = part.part("contents").part(language)
        lines += [f"{language} {name}: {stored.joined(said.texts(name))}" for name in said.value]
    terms = {"category": "translation", "title": part.text("object_ref"), "text": "\n".join(lines)}
    return terms | {"written_at": part.moment("modified")}


def _mail(part: JsonPart) -> dict[str, str]:
    return {
        "category": "e-mail",
        "title": part.text("subject"),
        "number": part.text("message_id"),
        "text": part.text("body"),
        "written_at": part.moment("date"),
    }


def _observed(part: JsonPart) -> dict[str, str]:
    times = part.text("number_observed")
    return {
        "category": "observed data",
        "occurred_at": part.moment("first_observed"),
        "ended_at": part.moment("last_observed"),
        "note": f"observed {times} times" if times else "",
    }


def _incident(part: JsonPart) -> dict[str, str]:
    terms = {"category": "cyber incident", "title": part.text("name"), "text": part.text("description")}
    return terms | {"occurred_at": part.moment("created")}


_OTHERS: Final[Mapping[str, Callable[[JsonPart], dict[str, str]]]] = {
    "email-message": _mail,
    "extension-definition": _document("name", ("description", "schema"), "modified", "extension definition"),
    "grouping": _document("name", ("description",), "modified", "grouping"),
    "identity": _identity,
    "incident": _incident,
    "language-content": _translation,
    "location": _location,
    "malware-analysis": _analysis,
    "marking-definition": _marking,
    "note": _document("abstract", ("content",), "modified", "note"),
    "observed-data": _observed,
    "opinion": _opinion,
    "report": _document("name", ("description",), "published", "report"),
}
