"""Messages of the field's standards, read into records: STIX, MISP, CAP, FHIR, NIBRS (XML and flat files), NIEM, RSS and Atom.

In     a file that `detect` took for such a message
Out    a Draft for each thing that it states, Bonds between them; what breaks the standard's rules is Refused with the reason
Rules  every object becomes a Draft, a Refused or a count in an Unmapped named after it (`Claim`); parts of an object that no
       term takes are counted under its name and theirs (`Patient.photo`); markings of a message are only ever added
Next   flow makes records and links of them; the whole object stays in the delivered bytes, found by its pointer

A reader is a module with `read(piece, tools)`; those of this package need no recognisers. `telling.reader_of` names the reader
for the beginning of a file.
"""

from tessera.extract.messages import cap, feeds, fhir, misp, nibrs, nibrs_errors, nibrs_flat, niem, stix

__all__ = ["cap", "feeds", "fhir", "misp", "nibrs", "nibrs_errors", "nibrs_flat", "niem", "stix"]
