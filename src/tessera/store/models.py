"""Versions of a kind's model: entered, compared on what people judged, switched to. None is ever changed or deleted."""

from tessera.model.entity import ModelComparison, ModelView
from tessera.store.transactions import Transaction


def all_of(tx: Transaction, kind: str = "") -> list[ModelView]:
    """List the versions of a kind's model, or of all kinds', newest first. Needs RESOLUTION_MANAGE."""
    raise NotImplementedError


def get(tx: Transaction, uid: str) -> ModelView:
    """Read one version. Needs RESOLUTION_MANAGE."""
    raise NotImplementedError


def text(tx: Transaction, uid: str) -> str:
    """Give the model file (JSON) of a version."""
    raise NotImplementedError


def enter(tx: Transaction, text: str, *, reason: str) -> ModelView:
    """Keep a trained model (JSON, as training writes it). It does not run until it is switched to.

    Invalid: damaged, of an unknown kind, or trained under another version of the kind's declaration.
    """
    raise NotImplementedError


def compare(tx: Transaction, uid: str) -> ModelComparison:
    """Hold a version against the running one on pairs that people judged and this access may see."""
    raise NotImplementedError


def switch(tx: Transaction, uid: str, *, reason: str) -> ModelView:
    """Let this version run from now on. Conflict where it has not resolved every record yet (`tessera resolve switch` does)."""
    raise NotImplementedError
