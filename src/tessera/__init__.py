"""Tessera: an open platform for fusion centers."""

__version__ = "0.1.0"
