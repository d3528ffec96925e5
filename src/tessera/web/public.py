"""What pages for everybody have in common: how long caches may keep them, and how often one visitor may send a form."""

from tessera.web.limits import limited
from tessera.web.page import Asked

KEPT_BY_CACHES = "public, max-age=300"


def hold_back(asked: Asked, form: str) -> None:
    """Refuse a form that comes too often from one place."""
    limited(asked.request, form, per_minute=asked.center.settings.forms_per_minute)
