import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
from document_samples import pack
from reading import piece_of, read_piece, refusals

from tessera.errors import Hostile, Unreadable
from tessera.extract.limits import Limits
from tessera.model.found import Enclosed, Finding

TEXT = b"The deputy saw two men, and left.\n\nNothing else.\n"


def _inner(found: list[Finding]) -> dict[str, bytes]:
    return {one.name: one.path.read_bytes() for one in found if isinstance(one, Enclosed)}


def _tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def _link(name: str, sort: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = sort, "/etc/passwd"
    return info


def test_each_file_of_a_zip_is_given_with_the_name_it_has_there(tmp_path: Path) -> None:
    content = pack({"a/b.txt": TEXT, "c.txt": TEXT, "__MACOSX/c.txt": b"x", ".DS_Store": b"x"})
    found = read_piece(piece_of(tmp_path, content))
    assert _inner(found) == {"a/b.txt": TEXT, "c.txt": TEXT}
    assert all(
        one.path.is_relative_to(tmp_path) or "tessera-extract-" in str(one.path)
        for one in found
        if isinstance(one, Enclosed)
    )


@pytest.mark.parametrize(
    "packed", [gzip.compress(TEXT), bz2.compress(TEXT), lzma.compress(TEXT)], ids=["gzip", "bz2", "xz"]
)
def test_a_packed_file_is_given_without_the_ending_of_the_packer(tmp_path: Path, packed: bytes) -> None:
    assert _inner(read_piece(piece_of(tmp_path, packed, "notes.txt.gz"))) == {"notes.txt": TEXT}


def test_links_devices_and_names_that_climb_out_are_refused_and_the_rest_is_given(tmp_path: Path) -> None:
    members = [
        (tarfile.TarInfo("../../evil.txt"), TEXT),
        (tarfile.TarInfo("/etc/evil.txt"), TEXT),
        (_link("link", tarfile.SYMTYPE), b""),
        (_link("hard", tarfile.LNKTYPE), b""),
        (_link("device", tarfile.CHRTYPE), b""),
        (tarfile.TarInfo("good.txt"), TEXT),
    ]
    found = read_piece(piece_of(tmp_path, _tar(*members)))
    assert _inner(found) == {"good.txt": TEXT}
    assert len(refusals(found)) == 5


def test_in_a_zip_too(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../evil.txt", TEXT)
        archive.writestr("good.txt", TEXT)
    found = read_piece(piece_of(tmp_path, stream.getvalue()))
    assert _inner(found) == {"good.txt": TEXT}
    assert len(refusals(found)) == 2


def test_an_encrypted_member_is_refused_and_the_others_are_given(tmp_path: Path) -> None:
    content = bytearray(pack({"a.txt": TEXT, "b.txt": TEXT}))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    found = read_piece(piece_of(tmp_path, bytes(content)))
    assert list(_inner(found)) == ["b.txt"]
    assert "encrypted" in refusals(found)[0]


def test_a_damaged_member_is_refused_and_the_others_are_given(tmp_path: Path) -> None:
    content = bytearray(pack({"a.txt": TEXT * 50, "b.txt": TEXT}))
    content[45:60] = b"\xff" * 15
    found = read_piece(piece_of(tmp_path, bytes(content)))
    assert list(_inner(found)) == ["b.txt"]
    assert len(refusals(found)) == 1


@pytest.mark.parametrize("pack_it", [gzip.compress, bz2.compress, lzma.compress, lambda c: pack({"a.txt": c})])
def test_a_bomb_is_hostile(tmp_path: Path, pack_it: object) -> None:
    with pytest.raises(Hostile, match="times its size"):
        read_piece(piece_of(tmp_path, pack_it(b"A cat. " * 3_000_000)))  # type: ignore[operator]


def test_the_bytes_of_all_files_are_counted_together(tmp_path: Path) -> None:
    limits = Limits(max_unpacked_bytes=len(TEXT) + 1)
    with pytest.raises(Hostile, match="unpacks to more"):
        read_piece(piece_of(tmp_path, pack({"a.txt": TEXT, "b.txt": TEXT}), limits=limits))


def test_too_many_files_are_hostile(tmp_path: Path) -> None:
    content = pack({f"{number}.txt": TEXT for number in range(4)})
    with pytest.raises(Hostile, match="more than 3 files"):
        read_piece(piece_of(tmp_path, content, limits=Limits(max_files=3)))


@pytest.mark.parametrize("pack_it", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bz2", "xz"])
def test_a_truncated_archive_is_unreadable(tmp_path: Path, pack_it: object) -> None:
    packed = pack_it(bytes(range(256)) * 2000)  # type: ignore[operator]
    with pytest.raises(Unreadable, match="cannot be unpacked") as caught:
        read_piece(piece_of(tmp_path, packed[: len(packed) // 2]))
    assert caught.value.advice


def test_a_truncated_tar_gives_what_stands_before_the_damage(tmp_path: Path) -> None:
    content = _tar((tarfile.TarInfo("a.txt"), TEXT), (tarfile.TarInfo("b.txt"), TEXT * 100))
    found = read_piece(piece_of(tmp_path, content[:2500]))
    assert list(_inner(found)) == ["a.txt"]
    assert refusals(found)


def test_a_zip_in_a_zip_is_given_as_it_is(tmp_path: Path) -> None:
    inner = pack({"a.txt": TEXT})
    assert _inner(read_piece(piece_of(tmp_path, pack({"in.zip": inner})))) == {"in.zip": inner}


def test_names_in_utf_8_are_read_though_the_zip_does_not_say_so(tmp_path: Path) -> None:
    content = pack({"A-o/senal.txt": TEXT}).replace(b"A-o/senal.txt", "Año/señl.txt".encode()[:13])
    assert list(_inner(read_piece(piece_of(tmp_path, content)))) == ["Año/señl.tx"]


def test_a_member_packed_in_an_unknown_way_says_so(tmp_path: Path) -> None:
    content = bytearray(pack({"a.txt": TEXT, "b.txt": TEXT}))
    at = content.index(b"PK\x01\x02")
    content[8] = content[at + 10] = 9  # Deflate64
    found = read_piece(piece_of(tmp_path, bytes(content)))
    assert "method that is not read" in refusals(found)[0]
    assert list(_inner(found)) == ["b.txt"]


@pytest.mark.parametrize("content", [b"PK\x07\x08PK\x03\x04", b"!<arch>\ndebian-binary   ", b"070701\x00\x00\x01"])
def test_archives_of_other_sorts_say_what_they_are(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="archive"):
        read_piece(piece_of(tmp_path, content))
