"""Cookies: the session's secret, and before sign-in the visitor's, which only guards the forms.

Both are HttpOnly and SameSite=Lax: Strict would sign a person out who follows a link from a mail. Over HTTPS their names
start with __Host-, so that no neighbouring site can set them.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from tessera.store import sessions
from tessera.store.sessions import Rules, Session
from tessera.store.transactions import Store

SESSION = "tessera-session"
VISITOR = "tessera-visitor"
LONGEST_SECRET = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookies:
    """How this center names and sets its cookies."""

    secure: bool

    def read(self, request: Request, name: str) -> str:
        """Give what the browser holds under this name, or nothing."""
        value = request.cookies.get(self._name(name), "")
        return value if len(value) <= LONGEST_SECRET else ""

    def give(self, response: Response, name: str, secret: str) -> None:
        """Have the browser hold a secret until it is closed."""
        response.set_cookie(self._name(name), secret, path="/", secure=self.secure, httponly=True, samesite="lax")

    def take_back(self, response: Response, name: str) -> None:
        """Have the browser forget a secret."""
        response.delete_cookie(self._name(name), path="/", secure=self.secure, httponly=True, samesite="lax")

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name


def resume(store: Store, cookies: Cookies, request: Request, rules: Rules) -> tuple[Session | None, str]:
    """Find who has come in, how far, and the session's secret; (None, "") where nobody has."""
    secret = cookies.read(request, SESSION)
    session = sessions.resume(store, secret, rules=rules) if secret else None
    return (session, secret) if session else (None, "")
