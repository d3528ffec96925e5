"""The watermark of an export: who took it out, when, why, and under which number the center has that on record."""

from dataclasses import dataclass

from tessera.clock import isoformat
from tessera.model.access import Access
from tessera.model.marking import Marking
from tessera.trust.banner import banner

LEAST = "PUBLIC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """Who an export was made for. `export` is the identifier that its disclosures carry; `at` is in milliseconds UTC."""

    account: str
    agency: str
    at: int
    purpose: str
    need_to_know: str
    export: str

    @property
    def line(self) -> str:
        """Say it on one line.

        >>> Watermark(account="sam", agency="sheriff", at=0, purpose="oversight", need_to_know="", export="e1").line
        'Exported 1970-01-01T00:00:00Z by sam, sheriff, for oversight, need to know: none stated; export e1'
        """
        need = " ".join(self.need_to_know.split()) or "none stated"
        who = f"by {self.account}, {self.agency or 'the center'}, for {self.purpose}"
        return f"Exported {isoformat(self.at)} {who}, need to know: {need}; export {self.export}"

    def beside(self, marking: Marking) -> str:
        """Write the portion mark of one record, then the watermark."""
        return f"{portion(marking)} {self.line}"

    def plain(self) -> dict[str, str]:
        """Give the parts by name, for formats that have names."""
        return {
            "account": self.account,
            "agency": self.agency,
            "at": isoformat(self.at),
            "purpose": self.purpose,
            "need_to_know": self.need_to_know,
            "export": self.export,
            "line": self.line,
        }


def watermark_of(access: Access, at: int, export: str) -> Watermark:
    """Make the watermark of what this access takes out now."""
    return Watermark(
        account=access.actor.account,
        agency=access.actor.agency,
        at=at,
        purpose=access.purpose.value,
        need_to_know=access.need_to_know,
        export=export,
    )


def portion(marking: Marking) -> str:
    """Write a marking as it stands before one portion of a text: in round brackets.

    >>> portion(Marking())
    '(PUBLIC)'
    """
    return f"({banner(marking) or LEAST})"
