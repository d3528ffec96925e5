"""Stub."""

from enum import StrEnum
import zipfile


class FileFormat(StrEnum):
    TEXT = "text"
    ZIP = "zip"
    CSV = "csv"

    @property
    def label(self):
        return {"text": "plain text", "zip": "ZIP archive", "csv": "table"}[self.value]

    @property
    def reader(self):
        return {"text": "stub_text", "zip": "stub_zip", "csv": "stub_text"}[self.value]

    @property
    def is_table(self):
        return self is FileFormat.CSV

    @property
    def is_picture(self):
        return False


def find_format(piece):
    if zipfile.is_zipfile(piece.path):
        return FileFormat.ZIP
    return FileFormat.CSV if piece.suffix == ".csv" else FileFormat.TEXT
