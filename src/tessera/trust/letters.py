"""Letters to people who ask for redress: plain text, to be copied into a letter or a mail.

Before the decision, no letter says whether anything is held. What a decision may say depends on the enumerated reason.
"""

import secrets
import textwrap
from dataclasses import dataclass

from tessera.trust.redress import Outcome, Refusal, Remedy, Ruling

LETTERS_OF_A_CODE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without letters and digits that are taken for each other."""
WIDTH = 76

DONE = {
    Remedy.CORRECTED: "The information was corrected.",
    Remedy.MARKED: "The information was kept, and marked so that every reader sees what you dispute.",
    Remedy.PURGED: "The information was deleted from our records.",
}
OUTCOMES = {
    Outcome.GRANTED: "Your request is granted.",
    Outcome.PARTLY: "Your request is granted in part.",
    Outcome.REFUSED: "Your request is refused.",
}
REFUSALS = {
    Refusal.ACCURATE: "We compared what you say with our sources and found no error.",
    Refusal.ANOTHER_AGENCY: "What you describe is kept by another agency. Please send your request to it.",
    Refusal.COURT_ORDER: "A court's order or a statute forbids us to change or disclose what you describe.",
    Refusal.EXEMPT: "The law exempts what you ask about from access and correction.",
    Refusal.IDENTITY: "We could not establish that the request comes from the person concerned, or from who acts for them.",
    Refusal.NEITHER_CONFIRMED: "The law does not allow us to confirm or deny whether we hold what you describe.",
    Refusal.REPEATED: "We have decided on the same request before, and you bring nothing new.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What every letter begins with."""

    center: str
    reference: str
    day: str
    """ISO day on which it is written."""
    to: str


def new_code(groups: int) -> str:
    """Make a random code of groups of five letters, for a person to copy: about 24.7 bits a group."""
    return "-".join("".join(secrets.choice(LETTERS_OF_A_CODE) for _ in range(5)) for _ in range(groups))


def acknowledgement(heading: Heading, *, received: str, decide_by: str) -> str:
    """Write that the request has arrived, and until when it is decided."""
    return _letter(
        heading,
        "Your request for correction",
        f"We have received your request of {received}. Its number is {heading.reference}.",
        "Before we look into it, we need to know that the request comes from the person concerned, or from somebody who may "
        "act for them. Please show us an identity document in person, or send us what we ask for separately.",
        f"We decide by {decide_by} and write to you. This letter does not say whether we hold any information about you.",
        "With the number and the secret that you were given you can look up at any time how far your request is.",
    )


def decision(heading: Heading, ruling: Ruling, *, appeal_by: str) -> str:
    """Write what was decided and why; `appeal_by` is empty where there is no further appeal."""
    remedies = [DONE[remedy] for remedy in sorted(ruling.remedies)]
    refusal = [REFUSALS[ruling.refusal]] if ruling.refusal else []
    further = (
        f"If you do not agree, you can appeal in writing until {appeal_by}. Another person will decide about the appeal."
        if appeal_by
        else "This decision ends the procedure here. You are free to turn to a court or to the authority that oversees us."
    )
    told = ["Those to whom we had disclosed the information are told."] if ruling.remedies else []
    return _letter(
        heading,
        "Decision on your request",
        OUTCOMES[ruling.outcome],
        *remedies,
        *refusal,
        ruling.explanation.strip(),
        *told,
        further,
    )


def _letter(heading: Heading, subject: str, *paragraphs: str) -> str:
    head = f"{heading.center}\n{heading.day}\n\nTo: {heading.to}\nRequest: {heading.reference}\n\n{subject}\n"
    body = "\n\n".join(textwrap.fill(paragraph, WIDTH) for paragraph in paragraphs)
    return f"{head}\n{body}\n\nThe privacy officer\n{heading.center}\n"
