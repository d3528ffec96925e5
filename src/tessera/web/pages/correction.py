"""What anybody may ask without an account: that something about them be corrected, and how far that request is.

No answer says whether anything is held. What is typed goes to the store and nowhere else: not into an address, not into the log.
"""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid, NotFound
from tessera.model.redress import Asking
from tessera.store import redress
from tessera.store.redress import MOST, NEEDED, VISITOR
from tessera.web import errors
from tessera.web.page import Asked, page
from tessera.web.public import hold_back

ROUTES: list[Route] = []
OPEN = "whoever is written about here has no account, and needs none to ask for a correction"
LONGEST_CODE = 64


@page(ROUTES, "/correction", needs=None, because=OPEN, open_to_all=True)
def form(asked: Asked) -> Response:
    """Show the form."""
    return _form(asked)


@page(ROUTES, "/correction", method="POST", needs=None, because=OPEN, open_to_all=True)
def send(asked: Asked) -> Response:
    """Take a request in, and show its number and secret this once."""
    hold_back(asked, "correction")
    try:
        with asked.center.store.writing(VISITOR) as tx:
            receipt = redress.receive(tx, Asking(**{name: _lines(asked.field(name)) for name in MOST}))
    except Invalid as error:
        return _form(asked, problem=errors.explained(error), wrong=error.where)
    return asked.render("correction_sent.html", receipt=receipt, clocks=asked.center.redress_clocks)


@page(ROUTES, "/correction/status", needs=None, because=OPEN, open_to_all=True)
def ask_status(asked: Asked) -> Response:
    """Ask for number and secret."""
    return asked.render("correction_status.html", status=None, problem="", reference="")


@page(ROUTES, "/correction/status", method="POST", needs=None, because=OPEN, open_to_all=True)
def show_status(asked: Asked) -> Response:
    """Say how far a request is. Every wrong pair gets one and the same answer."""
    hold_back(asked, "correction-status")
    reference, secret = (asked.field(name)[:LONGEST_CODE].strip() for name in ("reference", "secret"))
    try:
        with asked.center.store.reading(VISITOR) as tx:
            found = redress.status(tx, reference, secret, asked.center.redress_clocks)
    except NotFound as error:
        said = errors.explained(error)
        return asked.render("correction_status.html", code=404, status=None, problem=said, reference="")
    return asked.render("correction_status.html", status=found, problem="", reference=reference.upper())


def _lines(text: str) -> str:
    """Browsers end lines in their own way."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _form(asked: Asked, *, problem: str = "", wrong: str = "") -> Response:
    return asked.render(
        "correction.html",
        code=400 if problem else 200,
        problem=problem,
        wrong=wrong,
        values={name: asked.field(name)[: 2 * MOST[name]] for name in MOST},
        most=MOST,
        needed=NEEDED,
        clocks=asked.center.redress_clocks,
    )
