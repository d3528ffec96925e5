"""The JSON door: everything that the pages show, for programs that bring a token. Each route declares what it needs."""

from tessera.api.router import build_router

__all__ = ["build_router"]
