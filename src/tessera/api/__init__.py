"""The JSON door: everything that the pages show, for programs that bring a token.

In     requests with a token, whose scopes can only narrow what its account may do
Out    JSON, streams and receipts; for every error a problem that says what, where and what to do
Rules  each route declares its need; who asks is settled before anything of the request is read; unknown parameters are refused
Next   the stages and store do the work; flow goes on with what was delivered
"""

from tessera.api.router import build_router

__all__ = ["build_router"]
