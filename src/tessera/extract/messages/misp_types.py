"""What the attribute and galaxy types of MISP are in the dictionary."""

from collections.abc import Mapping
from typing import Final

IDENTIFIERS: Final[Mapping[str, str]] = {
    # Type of the attribute, and the category that STIX has for the same thing.
    "AS": "autonomous-system", "authentihash": "file AUTHENTIHASH", "bic": "bank code", "bin": "bank code", "btc": "coin address",
    "cc-number": "payment card", "cookie": "cookie", "cdhash": "file CDHASH", "community-id": "network flow", "cpe": "software",
    "dash": "coin address", "dkim": "mail signature", "dns-soa-email": "email-addr", "domain": "domain-name",
    "email": "email-addr", "email-dst": "email-addr", "email-reply-to": "email-addr", "email-src": "email-addr",
    "eppn": "user-account", "favicon-mmh3": "file MMH3", "filename": "file", "github-username": "user-account",
    "hassh-md5": "SSH fingerprint", "hasshserver-md5": "SSH fingerprint", "hostname": "domain-name", "iban": "bank account",
    "bank-account-nr": "bank account", "aba-rtn": "bank code", "impfuzzy": "file IMPFUZZY", "imphash": "file IMPHASH", "ip-dst": "ip-addr",
    "ip-src": "ip-addr", "ja3-fingerprint-md5": "TLS fingerprint", "jabber-id": "user-account", "jarm-fingerprint": "TLS fingerprint",
    "kusto-query": "query", "link": "url", "mac-address": "mac-addr", "mac-eui-64": "mac-addr", "md5": "file MD5",
    "mobile-application-id": "application", "mutex": "mutex", "named pipe": "named pipe", "onion-address": "domain-name", "passport-number": "passport",
    "pehash": "file PEHASH", "pgp-public-key": "key", "port": "port", "process-state": "process", "prtn": "phone routing",
    "redress-number": "traveller number", "regkey": "windows-registry-key", "sha1": "file SHA-1", "sha224": "file SHA-224",
    "sha256": "file SHA-256", "sha384": "file SHA-384", "sha3-256": "file SHA3-256", "sha3-512": "file SHA3-512", "sha512": "file SHA-512",
    "size-in-bytes": "size", "ssdeep": "file SSDEEP", "ssh-fingerprint": "SSH fingerprint", "telfhash": "file TELFHASH",
    "tlsh": "file TLSH", "twitter-id": "user-account", "target-email": "email-addr", "target-machine": "device", "target-user": "user-account",
    "uri": "url", "url": "url", "user-agent": "user agent", "vhash": "file VHASH", "whois-registrant-email": "email-addr",
    "windows-scheduled-task": "scheduled task", "windows-service-name": "service", "x509-fingerprint-md5": "x509-certificate MD5",
    "x509-fingerprint-sha1": "x509-certificate SHA-1", "x509-fingerprint-sha256": "x509-certificate SHA-256", "xmr": "coin address",
    "frequent-flyer-number": "traveller number", "visa-number": "visa", "identity-card-number": "identity card", "gene": "gene",
}  # fmt: skip
PATTERNS: Final = frozenset(
    {
        "bro", "pattern-in-file", "pattern-in-memory", "pattern-in-traffic", "sigma", "snort", "stix2-pattern", "yara", "zeek",
        "kusto-query", "pattern-filename", "cpe-pattern",
    }
)  # fmt: skip
TEXTS: Final = frozenset(
    {
        "anonymised", "comment", "email-body", "email-header", "email-subject", "internal reference", "other", "text",
        "attachment", "malware-sample", "email-attachment", "target-org", "target-external", "target-location", "boolean",
        "counter", "datetime", "float", "hex", "integer", "campaign-id",
    }
)  # fmt: skip
PERSONS: Final[Mapping[str, str]] = {
    "first-name": "given_name", "full-name": "full_name", "last-name": "surname", "middle-name": "middle_name",
    "github-organisation": "", "whois-registrant-name": "full_name", "date-of-birth": "birth_date",
    "nationality": "nationality", "gender": "sex", "primary-residence": "address",
}  # fmt: skip
PHONES: Final = frozenset({"phone-number", "whois-registrant-phone"})
NAMED: Final[Mapping[str, str]] = {
    "campaign-name": "campaign", "malware-type": "malware", "threat-actor": "threat-actor", "vulnerability": "vulnerability",
    "weakness": "vulnerability",
}  # fmt: skip
GALAXIES: Final[Mapping[str, str]] = {
    # The beginning of a galaxy's type, and the kind of its clusters.
    "android": "malware", "backdoor": "malware", "banker": "malware", "botnet": "malware", "cryptominers": "malware",
    "exploit-kit": "tool", "malpedia": "malware", "microsoft-activity-group": "threat-actor", "mitre-attack-pattern": "attack-pattern",
    "mitre-campaign": "campaign", "mitre-course-of-action": "course-of-action", "mitre-enterprise-attack-attack-pattern": "attack-pattern",
    "mitre-enterprise-attack-course-of-action": "course-of-action", "mitre-enterprise-attack-intrusion-set": "intrusion-set",
    "mitre-enterprise-attack-malware": "malware", "mitre-enterprise-attack-tool": "tool", "mitre-ics-groups": "intrusion-set",
    "mitre-ics-software": "malware", "mitre-ics-techniques": "attack-pattern", "mitre-intrusion-set": "intrusion-set",
    "mitre-malware": "malware", "mitre-mobile-attack-attack-pattern": "attack-pattern", "mitre-mobile-attack-malware": "malware",
    "mitre-tool": "tool", "ransomware": "malware", "rat": "malware", "stealer": "malware", "threat-actor": "threat-actor",
    "tool": "tool",
}  # fmt: skip
