"""What STIX 2.0 and 2.1 require of an object (OASIS, STIX Version 2.1, June 2021): each breach in a sentence."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.stix_pattern import BadPattern, comparisons

Object = Mapping[str, object]
_UUID: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
_ID: Final = re.compile(rf"([a-z][a-z0-9-]*[a-z0-9])--{_UUID}", re.ASCII)
_TYPE: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*-?", re.ASCII)
_NAME: Final = re.compile(r"[a-z0-9_]{2,250}", re.ASCII)
_TIME: Final = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(\.\d+)?Z", re.ASCII
)
_SELECTOR: Final = re.compile(r"[a-z0-9_-]{2,250}(?:\.(?:\[\d+\]|[A-Za-z0-9_-]{1,250}))*", re.ASCII)
_V4: Final = r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_HEX: Final = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-512": 128, "SHA3-256": 64, "SHA3-512": 128}
_EXTENSIONS: Final = {"new-sdo", "new-sco", "new-sro", "property-extension", "toplevel-property-extension"}
TLP1: Final = {
    "white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}

# Properties beyond the common ones: `name!` is required; the word behind it is a check of `_CHECKS`, or `ref:` and types.
_DOMAIN: Final = {
    "attack-pattern": "name!:string description:string aliases:strings kill_chain_phases:phases",
    "campaign": "name!:string description:string aliases:strings first_seen:time last_seen:time objective:string",
    "course-of-action": "name!:string description:string action_type:string os_execution_envs:strings action_bin:string",
    "grouping": "name:string description:string context!:string object_refs!:ids",
    "identity": "name!:string description:string roles:strings identity_class:string sectors:strings contact_information:string",
    "incident": "name!:string description:string",
    "indicator": "name:string description:string indicator_types:strings pattern!:string pattern_type!:string "
    "pattern_version:string valid_from!:time valid_until:time kill_chain_phases:phases",
    "infrastructure": "name!:string description:string infrastructure_types:strings aliases:strings kill_chain_phases:phases "
    "first_seen:time last_seen:time",
    "intrusion-set": "name!:string description:string aliases:strings first_seen:time last_seen:time goals:strings "
    "resource_level:string primary_motivation:string secondary_motivations:strings",
    "location": "name:string description:string latitude:latitude longitude:longitude precision:positive region:string "
    "country:string administrative_area:string city:string street_address:string postal_code:string",
    "malware": "name:string description:string malware_types:strings is_family!:boolean aliases:strings kill_chain_phases:phases "
    "first_seen:time last_seen:time operating_system_refs:refs:software architecture_execution_envs:strings "
    "implementation_languages:strings capabilities:strings sample_refs:refs:artifact|file",
    "malware-analysis": "product!:string version:string host_vm_ref:ref:software operating_system_ref:ref:software "
    "installed_software_refs:refs:software configuration_version:string modules:strings analysis_engine_version:string "
    "analysis_definition_version:string submitted:time analysis_started:time analysis_ended:time result_name:string "
    "result:string analysis_sco_refs:ids sample_ref:ref:artifact|file|network-traffic",
    "note": "abstract:string content!:string authors:strings object_refs!:ids",
    "observed-data": "first_observed!:time last_observed!:time number_observed!:observed objects:object object_refs:ids",
    "opinion": "explanation:string authors:strings opinion!:opinion object_refs!:ids",
    "report": "name!:string description:string report_types:strings published!:time object_refs!:ids",
    "threat-actor": "name!:string description:string threat_actor_types:strings aliases:strings first_seen:time last_seen:time "
    "roles:strings goals:strings sophistication:string resource_level:string primary_motivation:string "
    "secondary_motivations:strings personal_motivations:strings",
    "tool": "name!:string description:string tool_types:strings aliases:strings kill_chain_phases:phases tool_version:string",
    "vulnerability": "name!:string description:string",
    "relationship": "relationship_type!:word source_ref!:end target_ref!:end description:string start_time:time stop_time:time",
    "sighting": "sighting_of_ref!:end description:string first_seen:time last_seen:time count:count "
    "observed_data_refs:refs:observed-data where_sighted_refs:refs:identity|location summary:boolean",
}
_META: Final = {
    "extension-definition": "name!:string description:string schema!:string version!:string extension_types!:extension_types "
    "extension_properties:strings",
    "language-content": "object_ref!:id object_modified:time contents!:contents",
    "marking-definition": "name:string definition_type:string definition:object",
}
_OBSERVABLE: Final = {
    "artifact": "mime_type:mime payload_bin:base64 url:url hashes:hashes encryption_algorithm:string decryption_key:string",
    "autonomous-system": "number!:integer name:string rir:string",
    "directory": "path!:string path_enc:string ctime:time mtime:time atime:time contains_refs:refs:file|directory",
    "domain-name": "value!:domain resolves_to_refs:refs:ipv4-addr|ipv6-addr|domain-name",
    "email-addr": "value!:email display_name:string belongs_to_ref:ref:user-account",
    "email-message": "is_multipart!:boolean date:time content_type:string from_ref:ref:email-addr sender_ref:ref:email-addr "
    "to_refs:refs:email-addr cc_refs:refs:email-addr bcc_refs:refs:email-addr message_id:string subject:string "
    "received_lines:strings raw_email_ref:ref:artifact body:string",
    "file": "hashes:hashes size:count name:string name_enc:string magic_number_hex:hex mime_type:string ctime:time mtime:time "
    "atime:time parent_directory_ref:ref:directory contains_refs:ids content_ref:ref:artifact",
    "ipv4-addr": "value!:ipv4 resolves_to_refs:refs:mac-addr belongs_to_refs:refs:autonomous-system",
    "ipv6-addr": "value!:ipv6 resolves_to_refs:refs:mac-addr belongs_to_refs:refs:autonomous-system",
    "mac-addr": "value!:mac",
    "mutex": "name!:string",
    "network-traffic": "start:time end:time is_active:boolean src_ref:ref:ipv4-addr|ipv6-addr|mac-addr|domain-name "
    "dst_ref:ref:ipv4-addr|ipv6-addr|mac-addr|domain-name src_port:port dst_port:port protocols!:strings "
    "src_byte_count:count dst_byte_count:count src_packets:count dst_packets:count src_payload_ref:ref:artifact "
    "dst_payload_ref:ref:artifact encapsulates_refs:refs:network-traffic encapsulated_by_ref:ref:network-traffic",
    "process": "is_hidden:boolean pid:integer created_time:time cwd:string command_line:string environment_variables:object "
    "opened_connection_refs:refs:network-traffic creator_user_ref:ref:user-account image_ref:ref:file parent_ref:ref:process "
    "child_refs:refs:process",
    "software": "name!:string cpe:cpe swid:string languages:strings vendor:string version:string",
    "url": "value!:url",
    "user-account": "user_id:string credential:string account_login:string account_type:string display_name:string "
    "is_service_account:boolean is_privileged:boolean can_escalate_privs:boolean is_disabled:boolean account_created:time "
    "account_expires:time credential_last_changed:time account_first_login:time account_last_login:time",
    "windows-registry-key": "key:registry values:objects modified_time:time creator_user_ref:ref:user-account "
    "number_of_subkeys:integer",
    "x509-certificate": "is_self_signed:boolean hashes:hashes version:string serial_number:string signature_algorithm:string "
    "issuer:string validity_not_before:time validity_not_after:time subject:string subject_public_key_algorithm:string "
    "subject_public_key_modulus:string subject_public_key_exponent:integer",
}
_COMMON: Final = (
    "created_by_ref:ref:identity created:time modified:time revoked:boolean labels:strings confidence:confidence lang:string "
    "external_references:references object_marking_refs:refs:marking-definition granular_markings:granular extensions:extensions "
    "defanged:boolean"
)
_COMMON_OF_OBSERVABLES: Final = (
    "object_marking_refs:refs:marking-definition granular_markings:granular extensions:extensions defanged:boolean"
)
_COMMON_OF_MARKINGS: Final = (
    "created_by_ref:ref:identity created:time external_references:references object_marking_refs:refs:marking-definition "
    "granular_markings:granular extensions:extensions"
)
# STIX 2.0 (July 2017) asks for labels where 2.1 has a vocabulary of its own, and asks for less elsewhere.
_REQUIRED_IN_20: Final = {
    "identity": ("name", "identity_class"),
    "indicator": ("labels", "pattern", "valid_from"),
    "malware": ("labels", "name"),
    "observed-data": ("first_observed", "last_observed", "number_observed", "objects"),
    "report": ("labels", "name", "published", "object_refs"),
    "threat-actor": ("labels", "name"),
    "tool": ("labels", "name"),
}
_ONLY_21: Final = frozenset(
    {
        "extension-definition", "grouping", "incident", "infrastructure", "language-content", "location", "malware-analysis",
        "note", "opinion",
    }
)  # fmt: skip
_RESERVED: Final = ("severity", "action", "username", "phone_numbers")
_ORDER: Final = (
    ("created", "modified", True),
    ("first_seen", "last_seen", True),
    ("first_observed", "last_observed", True),
    ("valid_from", "valid_until", False),
    ("start_time", "stop_time", False),
    ("start", "end", True),
    ("analysis_started", "analysis_ended", True),
)
# At least one of these must be there.
_ONE_OF: Final = {
    "file": ("hashes", "name"),
    "malware-analysis": ("result", "analysis_sco_refs"),
    "network-traffic": ("src_ref", "dst_ref"),
    "location": ("region", "country", "latitude"),
    "artifact": ("payload_bin", "url"),
}
# At least one property of its own must be there.
_SOMETHING: Final = frozenset({"process", "user-account", "windows-registry-key", "x509-certificate"})
# The second needs the first.
_NEEDS: Final = {
    "location": (
        ("longitude", "latitude"),
        ("latitude", "longitude"),
        ("latitude", "precision"),
        ("longitude", "precision"),
    ),
    "artifact": (("hashes", "url"), ("encryption_algorithm", "decryption_key")),
    "course-of-action": (("action_type", "action_bin"),),
}
_BOTH: Final = {"artifact": ("payload_bin", "url"), "observed-data": ("objects", "object_refs")}
OBSERVABLES: Final = frozenset(_OBSERVABLE)
TYPES: Final = frozenset({*_DOMAIN, *_META, *_OBSERVABLE})


def faults(found: Object, version: str) -> Iterator[str]:
    """Say what an object breaks of the standard of this version ("2.0" or "2.1"); nothing where it holds."""
    kind = found.get("type")
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        yield "It has no type, or one that no STIX object may have."
        return
    yield from _identity(found, kind, version)
    for name in found:
        if not _NAME.fullmatch(name):
            yield f"The name `{name[:40]}` of a property has signs that STIX does not allow."
        elif found[name] is None or found[name] == []:
            yield f"`{name}` is there and empty, which STIX does not allow."
    yield from _marks(found)
    if kind not in TYPES:
        yield from _checked(found, _COMMON_PROPERTIES)
        yield from _ordered(found)
        return
    if version == "2.0" and kind in _ONLY_21:
        yield f"`spec_version` is missing, and STIX 2.0 knows no {kind}."
    yield from _missing(found, kind, version)
    yield from _checked(found, _PROPERTIES[kind])
    yield from _ordered(found)
    yield from _together(found, kind)
    if kind in _SPECIAL:
        yield from _SPECIAL[kind](found, version)


def version_of(found: Object, stated: str) -> str:
    """Tell which version an object follows: its own word, else its envelope's, else what it looks like."""
    if "spec_version" in found:
        return str(found["spec_version"])
    return stated or ("2.1" if str(found.get("type")) in OBSERVABLES else "2.0")


def type_in(identifier: object) -> str:
    """Give the type that an identifier names; empty where it is no identifier.

    >>> type_in("indicator--33fe3b22-0201-47cf-85d0-97c02164528d"), type_in("indicator--1")
    ('indicator', '')
    """
    matched = _ID.fullmatch(identifier) if isinstance(identifier, str) else None
    return matched[1] if matched else ""


def _parsed(line: str) -> dict[str, str]:
    return {name.rstrip("!"): check for name, _, check in (word.partition(":") for word in line.split())}


def _common(kind: str) -> dict[str, str]:
    """Give the common properties that a type of the standard has; on others their names are custom."""
    if kind in _OBSERVABLE:
        return _parsed(_COMMON_OF_OBSERVABLES)
    return _parsed(_COMMON_OF_MARKINGS if kind == "marking-definition" else _COMMON)


def _identity(found: Object, kind: str, version: str) -> Iterator[str]:
    if version not in {"2.0", "2.1"}:
        yield f"`spec_version` is {str(version)[:20]!r}, and this reads 2.0 and 2.1."
    if "id" not in found:
        yield "`id` is missing."
    elif type_in(found["id"]) != kind:
        yield f"`id` is not `{kind}--` and a UUID (RFC 4122)."
    if version == "2.1" and kind in _DOMAIN:
        yield from (f"`{name}` is a name that STIX reserves." for name in _RESERVED if name in found)


def _marks(found: Object) -> Iterator[str]:
    """An object cannot mark itself, and what a single marking selects must be there."""
    refs = found.get("object_marking_refs")
    single = found.get("granular_markings")
    entries = [each for each in single if isinstance(each, dict)] if isinstance(single, list) else []
    named = [*(refs if isinstance(refs, list) else []), *(each.get("marking_ref") for each in entries)]
    if "id" in found and found["id"] in named:
        yield "It marks itself."
    for each in entries:
        selectors = each.get("selectors")
        for selector in selectors if isinstance(selectors, list) else []:
            if isinstance(selector, str) and _SELECTOR.fullmatch(selector) and not _selected(found, selector):
                yield f"A marking selects `{selector[:40]}`, which is not there."


def _selected(found: object, selector: str) -> bool:
    for step in selector.split("."):
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.startswith("[") and int(step[1:-1]) < len(found):
            found = found[int(step[1:-1])]
        else:
            return False
    return True


def _missing(found: Object, kind: str, version: str) -> Iterator[str]:
    needed = list(_REQUIRED_IN_20.get(kind, _REQUIRED[kind]) if version == "2.0" else _REQUIRED[kind])
    if kind in _DOMAIN or kind in {"language-content", "extension-definition"}:
        needed += ["created", "modified"]
    if kind == "marking-definition":
        needed.append("created")
    if version == "2.1" and kind not in _OBSERVABLE:
        needed.append("spec_version")
    if kind == "extension-definition":
        needed.append("created_by_ref")
    for name in dict.fromkeys(needed):
        if found.get(name) is None:
            yield f"`{name}` is missing, which STIX {version} requires of {_a(kind)}."


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _checked(found: Object, properties: Mapping[str, str]) -> Iterator[str]:
    for name, value in found.items():
        sort = properties.get(name)
        if sort is None:
            continue
        kind, _, types = sort.partition(":")
        wrong = _refers(value, types.split("|"), many=kind == "refs") if types else _CHECKS[kind](value)
        if wrong:
            yield f"`{name}` {wrong}."


def _ordered(found: Object) -> Iterator[str]:
    for first, second, equal in _ORDER:
        before, after = _instant(found.get(first)), _instant(found.get(second))
        if before and after and (after < before or (after == before and not equal)):
            yield f"`{second}` is earlier than `{first}`." if after < before else f"`{second}` is not after `{first}`."


def _instant(value: object) -> tuple[str, str] | None:
    """Give a time in a form that sorts: the whole seconds, and the digits behind them."""
    matched = _TIME.fullmatch(value) if isinstance(value, str) else None
    return (matched[0][:19], (matched[1] or "").rstrip("0")) if matched else None


def _together(found: Object, kind: str) -> Iterator[str]:
    wanted = _ONE_OF.get(kind, ())
    if wanted and not any(found.get(name) is not None for name in wanted):
        yield f"One of {', '.join(f'`{name}`' for name in wanted)} is required."
    for first, second in _NEEDS.get(kind, ()):
        if second in found and first not in found:
            yield f"`{second}` needs `{first}` beside it."
    both = _BOTH.get(kind, ())
    if both and all(name in found for name in both):
        yield f"`{both[0]}` and `{both[1]}` exclude each other."
    if kind in _SOMETHING and not any(name in _OWN[kind] or name == "extensions" for name in found):
        yield f"At least one property of {_a(kind)} is required."


def _refers(value: object, types: list[str], *, many: bool) -> str:
    if many and (not isinstance(value, list) or not value):
        return "is no list with something in it"
    for each in value if isinstance(value, list) and many else [value]:
        if type_in(each) not in types:
            return f"refers to something that is no {' or '.join(types)}"
    return ""


def _string(value: object) -> str:
    return "" if isinstance(value, str) else "is no text"


def _strings(value: object) -> str:
    good = isinstance(value, list) and value and all(isinstance(each, str) for each in value)
    return "" if good else "is no list of texts with something in it"


def _time(value: object) -> str:
    matched = _TIME.fullmatch(value) if isinstance(value, str) else None
    good = matched and stored.moment(matched[0][:17] + "00Z")  # a leap second is a time as well
    return "" if good else "is no time in UTC such as 2026-03-01T14:05:00.000Z"


def _boolean(value: object) -> str:
    return "" if isinstance(value, bool) else "is neither true nor false"


def _integer(value: object) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) else "is no whole number"


def _between(least: float, most: float) -> Callable[[object], str]:
    def check(value: object) -> str:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        inside = number and least <= float(str(value)) <= most
        return "" if inside else f"is no number from {least:,} to {most:,}"

    return check


def _whole_between(least: int, most: int) -> Callable[[object], str]:
    def check(value: object) -> str:
        return _integer(value) or _between(least, most)(value)

    return check


def _matches(pattern: str, what: str) -> Callable[[object], str]:
    form = re.compile(pattern, re.ASCII | re.IGNORECASE)

    def check(value: object) -> str:
        return "" if isinstance(value, str) and form.fullmatch(value) else f"is no {what}"

    return check


def _identifier(value: object) -> str:
    return "" if type_in(value) else "is no identifier (a type, two dashes and a UUID)"


def _identifiers(value: object) -> str:
    good = isinstance(value, list) and value and all(map(type_in, value))
    return "" if good else "is no list of identifiers with something in it"


def _end(value: object) -> str:
    banned = {"", "relationship", "sighting", "bundle", "marking-definition", "language-content"}
    return "refers to something that can stand in no relationship" if type_in(value) in banned else ""


def _phases(value: object) -> str:
    good = isinstance(value, list) and value and all(
        isinstance(each, dict) and isinstance(each.get("kill_chain_name"), str) and isinstance(each.get("phase_name"), str)
        for each in value
    )  # fmt: skip
    return "" if good else "is no list of phases, each with `kill_chain_name` and `phase_name`"


def _references(value: object) -> str:
    if not isinstance(value, list) or not value:
        return "is no list with something in it"
    for each in value:
        if not isinstance(each, dict) or not isinstance(each.get("source_name"), str):
            return "has an entry without `source_name`"
        if not any(isinstance(each.get(name), str) for name in ("external_id", "description", "url")):
            return "has an entry without any of `external_id`, `description` and `url`"
        if "hashes" in each and (wrong := _hashes(each["hashes"])):
            return f"has hashes of which one {wrong}"
        if wrong := _catalogued(each):
            return wrong
    return ""


def _catalogued(entry: Object) -> str:
    form = {"cve": r"CVE-\d{4}-(?:0\d{3}|[1-9]\d{3,})", "capec": r"CAPEC-\d+"}.get(str(entry["source_name"]))
    if not form or re.fullmatch(form, str(entry.get("external_id", "")), re.ASCII):
        return ""
    return f"has an entry of {entry['source_name']} whose `external_id` is none"


def _hashes(value: object) -> str:
    if not isinstance(value, dict) or not value:
        return "is no object with hashes in it"
    for name, said in value.items():
        size = _HEX.get(str(name))
        if not isinstance(said, str) or not said:
            return f"is no text ({str(name)[:20]})"
        if size and not re.fullmatch(rf"[0-9a-fA-F]{{{size}}}", said):
            return f"is no {name} in hexadecimal"
    return ""


def _granular(value: object) -> str:
    if not isinstance(value, list) or not value:
        return "is no list with something in it"
    for each in value:
        if not isinstance(each, dict) or not ("marking_ref" in each or "lang" in each):
            return "has an entry without `marking_ref`"
        if "marking_ref" in each and type_in(each["marking_ref"]) != "marking-definition":
            return "has a `marking_ref` that is no marking-definition"
        selectors = each.get("selectors")
        good = isinstance(selectors, list) and selectors
        if not good or not all(isinstance(one, str) and _SELECTOR.fullmatch(one) for one in selectors or ()):
            return "has an entry without good `selectors`"
    return ""


def _object(value: object) -> str:
    return "" if isinstance(value, dict) and value else "is no object with something in it"


def _extensions(value: object) -> str:
    if not isinstance(value, dict) or not value:
        return "is no object with something in it"
    good = all(type_in(name) == "extension-definition" or name.endswith("-ext") for name in value)
    return "" if good else "has an entry named neither by an extension-definition nor with `-ext` at its end"


def _objects(value: object) -> str:
    return "" if isinstance(value, list) and all(isinstance(each, dict) for each in value) else "is no list of objects"


def _opinion(value: object) -> str:
    known = ("strongly-disagree", "disagree", "neutral", "agree", "strongly-agree")
    return "" if value in known else f"is none of {', '.join(known)}"


def _extension_types(value: object) -> str:
    good = isinstance(value, list) and value and all(isinstance(each, str) and each in _EXTENSIONS for each in value)
    return "" if good else f"is no list of {', '.join(sorted(_EXTENSIONS))}"


def _ipv6(value: object) -> str:
    if not isinstance(value, str):
        return "is no IPv6 address"
    address, _, bits = value.partition("/")
    groups = address.split(":")
    if "." in groups[-1]:
        groups[-1:] = ["0", "0"] if re.fullmatch(_V4, groups[-1], re.ASCII) else ["x"]
    full = address.count("::") <= 1 and (len(groups) == 8 or ("::" in address and 3 <= len(groups) <= 9))  # noqa: PLR2004
    good = full and all(re.fullmatch(r"[0-9a-fA-F]{0,4}", group) for group in groups)
    good = good and ("::" in address or all(groups)) and not re.search(r"^:[^:]|[^:]:$|:::", address)
    return "" if good and re.fullmatch(r"(?:\d|[1-9]\d|1[01]\d|12[0-8])?", bits) else "is no IPv6 address"


def _word(value: object) -> str:
    good = isinstance(value, str) and re.fullmatch(r"[a-z0-9-]+", value, re.ASCII)
    return "" if good else "is no word of small letters, digits and dashes"


def _mac(value: object) -> str:
    good = isinstance(value, str) and re.fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", value, re.ASCII)
    return "" if good else "is no MAC address of six pairs in small letters, with colons"


def _registry(value: object) -> str:
    short = isinstance(value, str) and re.match(r"(?:HKLM|HKCC|HKCR|HKCU|HKU)(?:\\|$)", value, re.IGNORECASE)
    return "abbreviates its hive" if short else _string(value)


def _contents(value: object) -> str:
    language = re.compile(r"[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*", re.ASCII)
    good = isinstance(value, dict) and value and all(
        language.fullmatch(name) and isinstance(each, dict) and each for name, each in value.items()
    )  # fmt: skip
    return "" if good else "is no object of languages (RFC 5646) with what they say"


def _observed_20(found: Object, version: str) -> Iterator[str]:
    inner = found.get("objects")
    if not isinstance(inner, dict):
        if version == "2.1" and "object_refs" not in found:
            yield "One of `objects`, `object_refs` is required."
        return
    for name, each in inner.items():
        if not isinstance(each, dict) or not isinstance(each.get("type"), str):
            yield f"Its object {str(name)[:40]!r} has no type."
        elif each["type"] in _OBSERVABLE:
            for need in _REQUIRED[str(each["type"])]:
                if need not in each:
                    yield f"`{need}` of its object {str(name)[:40]!r} is missing."


def _indicated(found: Object, version: str) -> Iterator[str]:
    language = found.get("pattern_type", "stix" if version == "2.0" else "")
    pattern = found.get("pattern")
    if language == "stix" and isinstance(pattern, str):
        try:
            comparisons(pattern)
        except BadPattern as bad:
            yield f"`pattern` is no STIX pattern: {bad}."


def _family(found: Object, version: str) -> Iterator[str]:
    if version == "2.1" and found.get("is_family") is True and "name" not in found:
        yield "`name` is missing, which STIX 2.1 requires of a family of malware."


def _marked(found: Object, version: str) -> Iterator[str]:
    sort, said = found.get("definition_type"), found.get("definition")
    extended = version == "2.1" and isinstance(found.get("extensions"), dict) and bool(found["extensions"])
    if not extended and (sort is None or said is None):
        yield "`definition_type` and `definition` are required of a marking-definition."
    if sort == "tlp":
        level = said.get("tlp") if isinstance(said, dict) else None
        if not isinstance(level, str) or found.get("id") != TLP1.get(level):
            yield "It is a TLP marking that is none of the four that STIX itself defines."
    if sort == "statement" and not (isinstance(said, dict) and isinstance(said.get("statement"), str)):
        yield "`definition` of a statement marking has no `statement`."


def _mail(found: Object, version: str) -> Iterator[str]:
    del version
    multipart = found.get("is_multipart")
    if multipart is True and "body" in found:
        yield "`body` excludes `is_multipart` true."
    if multipart is False and "body_multipart" in found:
        yield "`body_multipart` excludes `is_multipart` false."


def _traffic(found: Object, version: str) -> Iterator[str]:
    del version
    if found.get("is_active") is True and "end" in found:
        yield "`end` excludes `is_active` true."


def _same_precision(found: Object, version: str) -> Iterator[str]:
    """Created and modified are precise to the millisecond (STIX 2.1, section 3.2; STIX 2.0 part 1, section 3.1)."""
    del version
    for name in ("created", "modified"):
        value = found.get(name)
        matched = _TIME.fullmatch(value) if isinstance(value, str) else None
        if matched and len(matched[1] or "") < len(".000"):
            yield f"`{name}` is not precise to the millisecond."


def _with_precision(check: Callable[[Object, str], Iterator[str]] | None) -> Callable[[Object, str], Iterator[str]]:
    def both(found: Object, version: str) -> Iterator[str]:
        yield from _same_precision(found, version)
        if check:
            yield from check(found, version)

    return both


_CHECKS: Final[Mapping[str, Callable[[object], str]]] = {
    "base64": _matches(r"(?:[a-z0-9+/]{4})+|(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{3}=|[a-z0-9+/]{2}==)", "text in Base64"),
    "boolean": _boolean,
    "confidence": _whole_between(0, 100),
    "count": _whole_between(0, 2**63),
    "cpe": _matches(r"cpe:2\.3:[aho*-](?::(?:[^\s:\\]|\\.)+){10}", "CPE 2.3 name"),
    "contents": _contents,
    "domain": _matches(r"[^\s/:@]+", "domain name"),
    "email": _matches(r"[^@\s]+@[^@\s]+", "e-mail address"),
    "end": _end,
    "extension_types": _extension_types,
    "extensions": _extensions,
    "granular": _granular,
    "hashes": _hashes,
    "hex": _matches(r"(?:[0-9a-f]{2})+", "text in hexadecimal"),
    "id": _identifier,
    "ids": _identifiers,
    "integer": _integer,
    "ipv4": _matches(rf"{_V4}(?:/(?:3[0-2]|[12]?\d))?", "IPv4 address"),
    "ipv6": _ipv6,
    "latitude": _between(-90, 90),
    "longitude": _between(-180, 180),
    "mac": _mac,
    "mime": _matches(
        r"(?:application|audio|font|image|message|model|multipart|text|video)/[a-z0-9.+_-]+.*", "media type"
    ),
    "object": _object,
    "objects": _objects,
    "observed": _whole_between(1, 999_999_999),
    "opinion": _opinion,
    "phases": _phases,
    "port": _whole_between(0, 65_535),
    "positive": _between(0, 1e15),
    "references": _references,
    "registry": _registry,
    "string": _string,
    "strings": _strings,
    "time": _time,
    "url": _matches(r"[a-z][a-z0-9+.-]*:\S+", "URL"),
    "word": _word,
}
_COMMON_PROPERTIES: Final = _parsed(_COMMON)
_LINES: Final = {**_DOMAIN, **_META, **_OBSERVABLE}
_OWN: Final = {kind: _parsed(line) for kind, line in _LINES.items()}
_PROPERTIES: Final = {kind: {**_common(kind), **own} for kind, own in _OWN.items()}
_REQUIRED: Final = {
    kind: tuple(word.partition("!")[0] for word in line.split() if "!" in word) for kind, line in _LINES.items()
}
_OWN_RULES: Final[Mapping[str, Callable[[Object, str], Iterator[str]]]] = {
    "indicator": _indicated,
    "malware": _family,
    "observed-data": _observed_20,
}
_SPECIAL: Final[Mapping[str, Callable[[Object, str], Iterator[str]]]] = {
    **{kind: _with_precision(_OWN_RULES.get(kind)) for kind in _DOMAIN},
    "email-message": _mail,
    "marking-definition": _marked,
    "network-traffic": _traffic,
}
