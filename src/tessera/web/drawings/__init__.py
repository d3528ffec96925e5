"""Drawings on pages: figures turned into shares of a width, from which templates write SVG with classes.

No drawing says anything that the table beside it does not say, so a drawing may be left out and nothing is lost.
"""
