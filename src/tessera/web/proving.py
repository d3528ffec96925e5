"""Proving that it is you: by a password or a passkey, on a page of its own or with the form that is to be signed.

A form that is a signature may come without a recent proof. Then nothing is done, and the signing page is shown in its place:
it says what would be signed, carries every field of the form, and sends it again to the same address together with the
proof. So nothing that was typed is lost, and nothing of it waits on the server.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response

from tessera.engines.passkeys import Site
from tessera.errors import Invalid, Unsigned
from tessera.flow import factors
from tessera.store import authenticators, sessions
from tessera.store.transactions import ToSign
from tessera.trust.second_factor import FactorKind
from tessera.web.limits import limited

if TYPE_CHECKING:
    from tessera.web.page import Asked

A_THIRD = 3
NOT_ALLOWED = 403
SIGNING, PASSWORD, CREDENTIAL = "signing", "signing.password", "credential"
ADDED = frozenset({SIGNING, PASSWORD, CREDENTIAL, "signing.account"})
"""Names of the fields that the signing page adds; a handler never gets to see them."""
WRONG = (
    "That was not accepted. After five wrong attempts within 15 minutes an administrator has to release the account."
)


class NotProved(Unsigned):
    """The proof that came with the form is wrong."""


def count_attempt(asked: "Asked", account: str = "") -> None:
    """Hold back who tries too often: from one address, and a third of it for one account."""
    most = asked.center.settings.sign_ins_per_minute
    limited(asked.request, "sign-in", per_minute=most)
    if account:
        limited(asked.request, "sign-in-account", per_minute=most and max(1, most // A_THIRD), who=account)


def site_of(asked: "Asked") -> Site:
    """Say what passkeys of this center are bound to: the address in the settings, or the one that was asked."""
    address = asked.center.settings.public_url or str(asked.request.base_url)
    return Site.at(address, label=asked.center.settings.name)


def renewed(asked: "Asked", secret: str) -> "Asked":
    """Ask on behalf of the same person under the session's new secret."""
    session = sessions.resume(asked.center.store, secret, rules=asked.center.entry_rules)
    if session is None:
        raise Invalid("your session has ended", advice="Sign in again.")
    return replace(asked, session=session, secret=secret)


def prove(asked: "Asked", *, password: str, credential: str) -> str:
    """Take a passkey's answer or a password as the proof; return the session's new secret, or "" where it is wrong."""
    count_attempt(asked, asked.access.actor.account)
    with asked.center.store.writing(asked.access) as tx:
        if credential:
            by = FactorKind.PASSKEY.value
            fits = factors.passkey_fits(tx, asked.secret, site_of(asked), credential)
        else:
            by = sessions.PASSWORD
            fits = sessions.check_password(tx, password)
        return sessions.confirm(tx, asked.secret, by) if fits else ""


def proved(asked: "Asked") -> "Asked":
    """Take the proof out of a form that brings one along, and go on under it. NotProved where it is wrong."""
    if not asked.field(SIGNING):
        return asked
    bare = replace(asked, form=tuple(_without_proof(asked.form)))
    secret = prove(asked, password=asked.field(PASSWORD), credential=asked.field(CREDENTIAL))
    if not secret:
        raise NotProved(WRONG)
    return renewed(bare, secret)


def show_signing(asked: "Asked", what: str, error: Unsigned) -> Response:
    """Show the signing page: what is signed, and the form as it came, under the marking of what it is about.

    After a wrong proof nobody has looked at what it is about, so the page repeats nothing of what was typed.
    """
    under = error.under if isinstance(error, ToSign) else None
    fields = tuple(_without_proof(asked.form))
    with asked.center.store.reading(asked.access) as tx:
        kinds = {factor.kind for factor in authenticators.own(tx)}
    return asked.render(
        "sign.html",
        code=NOT_ALLOWED,
        under=under,
        what=what,
        action=asked.request.url.path,
        fields=fields,
        told=[(name, value) for name, value in fields if value.strip()] if under is not None else [],
        problem=WRONG if under is None else "",
        account=asked.access.actor.account,
        passkey=FactorKind.PASSKEY in kinds,
        back=asked.here,
    )


def _without_proof(form: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    form = tuple(form)
    added = ADDED if any(name == SIGNING for name, _ in form) else frozenset[str]()
    return (pair for pair in form if pair[0] not in added | {"csrf"})
