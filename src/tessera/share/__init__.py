"""Fifth stage: let data out, in forms that others can read, with its markings, and disclosed in the audit log.

In     a question, and the access of who asks it
Out    a stream of bytes (csv, ndjson, geojson, parquet) in which every record carries its marking
Rules  only what the access may see leaves, masked as on a page; begin, pages and end with their SHA-256 are audited; no cap
Next   the doors hand the stream to who asked; nothing comes back from here
"""

from tessera.share.disclosed import disclosures_csv
from tessera.share.export import export
from tessera.share.faults import faults_csv
from tessera.share.formats import FORMATS, media_type, write
from tessera.share.screening import screening_csv

__all__ = ["FORMATS", "disclosures_csv", "export", "faults_csv", "media_type", "screening_csv", "write"]
