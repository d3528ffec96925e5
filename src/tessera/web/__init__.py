"""The workbench: pages that a person reads. Each declares at its head what permission it needs.

In     requests of a browser, with the session's cookie
Out    HTML (a few answers as JSON, CSV or bytes), computed and masked for who asks
Rules  a page parses, calls one function of a stage or of store, and renders; it decides nothing itself
Next   store notes every read and change in the audit log; flow goes on with what was uploaded
"""

from tessera.web.app import build_app

__all__ = ["build_app"]
