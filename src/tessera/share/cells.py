"""Cells of tables that people open in a spreadsheet: a text must never become a formula there."""

import re

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def neutral(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run; plain numbers stay numbers.

    >>> neutral("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    >>> neutral("-75.52"), neutral("-75.52+1")
    ('-75.52', "'-75.52+1")
    """
    if text.startswith(_STARTS_FORMULA) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text
