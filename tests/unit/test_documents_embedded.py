"""Documents of Word, Excel and PowerPoint that lie as storages in others are taken out whole, and read as any file is."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import olefile
import pytest
from document_samples import doc, docx, msg, ole, pack, ppt
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import piece_of, read_piece, refusals, texts

from tessera.errors import Hostile
from tessera.extract.compound_copy import copy_of
from tessera.extract.formats import FileFormat, find_format
from tessera.model.found import Enclosed, Finding

SAID = "The van was seen at noon."
INNER = (SAID + "\r", 0, b"")


def streams_of(content: bytes, above: str = "") -> dict[str, bytes]:
    with olefile.OleFileIO(io.BytesIO(content)) as held:
        return {above + "/".join(one): held.openstream(one).read() for one in held.listdir()}


def inner(found: list[Finding]) -> dict[str, Path]:
    return {one.name: one.path for one in found if isinstance(one, Enclosed)}


def said_in(path: Path, folder: Path) -> list[str]:
    folder.mkdir(exist_ok=True)
    return texts(read_piece(piece_of(folder, path.read_bytes())))


def test_a_document_that_lies_in_another_is_taken_out_and_read(tmp_path: Path) -> None:
    streams = streams_of(doc(("Outer text.\r", 0, b""))) | streams_of(doc(INNER), "ObjectPool/_1234/")
    streams |= streams_of(ppt(), "ObjectPool/_1235/") | {"ObjectPool/_1236/Equation Native": b"x"}
    found = read_piece(piece_of(tmp_path, ole(streams)))
    assert texts(found)[0] == "Outer text."
    files = inner(found)
    assert list(files) == ["document.doc", "presentation.ppt"]
    assert any("An object lies" in reason for reason in refusals(found))
    contents = {name: path.read_bytes() for name, path in files.items()}
    (tmp_path / "doc").mkdir()
    assert texts(read_piece(piece_of(tmp_path / "doc", contents["document.doc"]))) == [SAID]
    assert "Say this first" in texts(read_piece(piece_of(tmp_path / "doc", contents["presentation.ppt"])))


class Held:
    """Answers as `olefile` does for a compound file that holds these streams in a storage: of any size, which the sample has not."""

    def __init__(self, streams: dict[str, bytes], *, room: int = 10_000) -> None:
        self._streams = {("outer", *name.split("/")): content for name, content in streams.items()}
        self.fp = io.BytesIO(bytes(sum(map(len, streams.values())) + room))

    def listdir(self, *, streams: bool, storages: bool) -> list[list[str]]:
        assert streams
        assert storages
        return [
            list(one)
            for one in sorted({*self._streams, *(one[:at] for one in self._streams for at in range(1, len(one)))})
        ]

    def get_type(self, path: list[str]) -> int:
        return 2 if tuple(path) in self._streams else 1

    def get_size(self, path: list[str]) -> int:
        return len(self._streams[tuple(path)])

    def getclsid(self, path: list[str]) -> str:
        return "00020820-0000-0000-C000-000000000046" if len(path) == 1 else ""

    def exists(self, path: list[str]) -> bool:
        return tuple(path) in self._streams

    def openstream(self, path: list[str]) -> io.BytesIO:
        return io.BytesIO(self._streams[tuple(path)])


def compound(streams: dict[str, bytes]) -> bytes:
    copied = copy_of(Held(streams), ("outer",))
    assert copied is not None
    return copied


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["", "a/", "a/b/", "Ünder/"]), st.text("abcXYZ019_", min_size=1, max_size=20)),
        st.one_of(st.integers(0, 9_000), st.integers(4_094, 4_098)),
        max_size=40,
    )
)
def test_what_lay_in_the_storage_lies_in_the_copy_byte_for_byte(sizes: dict[tuple[str, str], int]) -> None:
    streams = {f"{folder}{name}-s": bytes(at % 251 for at in range(size)) for (folder, name), size in sizes.items()}
    with olefile.OleFileIO(io.BytesIO(compound(streams))) as copy:
        found = {"/".join(one): copy.openstream(one).read() for one in copy.listdir()}
        assert not copy.parsing_issues
        assert copy.root.clsid == "00020820-0000-0000-C000-000000000046"
    assert found == streams


@pytest.mark.parametrize(("size", "sector"), [(3_000_000, 512), (9_000_000, 4096)])
def test_large_storages_are_taken_out_too(size: int, sector: int) -> None:
    content = bytes(range(256)) * (size // 256)
    with olefile.OleFileIO(io.BytesIO(compound({"Workbook": content, "small": b"x"}))) as copy:
        assert copy.sectorsize == sector
        assert copy.openstream("Workbook").read() == content
        assert copy.openstream("small").read() == b"x"


def test_storages_that_share_their_bytes_to_seem_larger_than_the_file_are_refused(tmp_path: Path) -> None:
    assert copy_of(Held({"Workbook": bytes(5_000)}, room=-1), ("outer",)) is None
    streams = {"WordDocument": bytes(0x200), "ObjectPool/_0/Workbook": bytes(900_000)}
    streams |= {f"ObjectPool/_{at}/Workbook": b"x" for at in range(1, 9)}
    content = bytearray(compound(streams))
    with olefile.OleFileIO(io.BytesIO(bytes(content))) as held:
        entries = [one for one in held.direntries if one is not None and one.name == "Workbook"]
        [first] = [one.isectStart for one in entries if one.size == 900_000]
        places = [(held.first_dir_sector + 1) * 512 + 128 * one.sid for one in entries]
    for at in places:
        struct.pack_into("<IQ", content, at + 116, first, 900_000)
    with pytest.raises(Hostile, match="room"):
        read_piece(piece_of(tmp_path, bytes(content)))


def test_an_object_in_a_presentation_is_taken_out(tmp_path: Path) -> None:
    held = doc(INNER)
    for packed in (False, True):
        content = with_objects(
            ppt(), [held, ole({"_VBA_PROJECT_CUR/VBA/_VBA_PROJECT": b"x"}), b"no file"], packed=packed
        )
        found = read_piece(piece_of(tmp_path, content))
        assert "Say this first" in texts(found)
        [(name, path)] = inner(found).items()
        assert (name, path.read_bytes()) == ("document.doc", held)
        assert any("An object lies" in reason for reason in refusals(found))


def with_objects(content: bytes, objects: list[bytes], *, packed: bool) -> bytes:
    """Put objects into a presentation, as a later saving does, with a directory of their own."""
    streams = streams_of(content)
    main, user = streams["PowerPoint Document"], bytearray(streams["Current User"])
    before = struct.unpack_from("<I", user, 16)[0]
    places = []
    for one in objects:
        places.append(len(main))
        told = struct.pack("<I", len(one)) + zlib.compress(one) if packed else one
        main += struct.pack("<HHI", 0x10 if packed else 0, 0x1011, len(told)) + told
    directory = len(main)
    told = struct.pack(f"<I{len(places)}I", 40 | len(places) << 20, *places)
    main += struct.pack("<HHI", 0, 0x1772, len(told)) + told
    struct.pack_into("<I", user, 16, len(main))
    main += struct.pack("<HHI", 0, 0x0FF5, 28) + struct.pack("<IIIIIII", 0, 0, before, directory, 1, 50, 0)
    return ole({"PowerPoint Document": main, "Current User": bytes(user)})


def test_an_object_in_a_message_is_taken_out(tmp_path: Path) -> None:
    streams = streams_of(msg()) | streams_of(doc(INNER), "__attach_version1.0_#00000002/__substg1.0_3701000D/")
    streams["__attach_version1.0_#00000003/__substg1.0_3701000D/Equation Native"] = b"x"
    found = read_piece(piece_of(tmp_path, ole(streams)))
    files = inner(found)
    assert set(files) == {"list.csv", "Inner.eml", "document.doc"}
    assert said_in(files["document.doc"], tmp_path / "inner") == [SAID]
    assert any("An object lies in the message" in reason for reason in refusals(found))


def test_an_object_in_a_newer_document_is_a_file_of_its_own(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(docx("Outer text."))) as given_file:
        members: dict[str, bytes | str] = {name: given_file.read(name) for name in given_file.namelist()}
    members["word/embeddings/oleObject1.bin"] = doc(INNER)
    found = read_piece(piece_of(tmp_path, pack(members)))
    assert said_in(inner(found)["word/embeddings/oleObject1.bin"], tmp_path / "inner") == [SAID]


def test_a_storage_that_is_taken_out_is_a_file_with_the_same_streams(tmp_path: Path) -> None:
    with olefile.OleFileIO(io.BytesIO(ole(streams_of(doc(INNER), "outer/")))) as held:
        copied = copy_of(held, ("outer",))
    assert copied is not None
    with olefile.OleFileIO(io.BytesIO(copied), raise_defects=olefile.DEFECT_POTENTIAL) as taken:
        streams = {"/".join(name): taken.openstream(name).read() for name in taken.listdir()}
    assert streams == streams_of(doc(INNER))
    assert find_format(piece_of(tmp_path, copied)) is FileFormat.DOC
