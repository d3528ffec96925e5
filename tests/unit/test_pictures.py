"""Letters on pictures: read whichever way up they stand, with the place of each word."""

from pathlib import Path

import pytest
from pictures import LINES, reader, written
from PIL import Image

from tessera.engines.pictures import PictureModels, models_in, models_inside
from tessera.engines.text_boxes import Slab, lies_on_its_side, slant
from tessera.errors import Invalid, Unreadable
from tessera.extract.pictures import open_pictures
from tessera.model.found import Means, Off, Passage, PassageSort


def saved(picture: Image.Image, folder: Path) -> Path:
    path = folder / "picture.png"
    picture.save(path)
    return path


def middle(passage: Passage) -> tuple[float, float]:
    box = passage.locator.box
    assert box is not None
    return box.left + box.width / 2, box.top + box.height / 2


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_is_read_whichever_way_up_it_lies_and_boxes_stay_on_what_is_shown(quarters: int, tmp_path: Path) -> None:
    upright = reader().read(saved(written(), tmp_path), page=4)
    turned = reader().read(saved(written().rotate(90 * quarters, expand=True), tmp_path), page=4)
    assert [passage.text for passage in turned] == list(LINES)
    assert {passage.locator.page for passage in turned} == {4}
    for straight, passage in zip(upright, turned, strict=True):
        across, down = middle(straight)
        wanted = ((across, down), (down, 100 - across), (100 - across, 100 - down), (100 - down, across))[quarters]
        assert middle(passage) == pytest.approx(wanted, abs=2)


def test_a_slanted_page_is_read_line_by_line(tmp_path: Path) -> None:
    slanted = written().rotate(7, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    assert [passage.text for passage in reader().read(saved(slanted, tmp_path), page=1)] == list(LINES)


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_label_that_runs_up_or_down_the_side_is_read_too(degrees: int, tmp_path: Path) -> None:
    page = Image.new("RGB", (760, 420), "white")
    page.paste(written(), (0, 100))
    page.paste(written(("EVIDENCE ROOM",), size=(400, 80)).rotate(degrees, expand=True), (670, 10))
    found = reader().read(saved(page, tmp_path), page=1)
    assert sorted(passage.text for passage in found) == sorted([*LINES, "EVIDENCE ROOM"])
    label = next(passage for passage in found if passage.text == "EVIDENCE ROOM")
    assert label.locator.box is not None
    assert label.locator.box.left > 80
    assert label.locator.box.height > label.locator.box.width


def test_each_word_has_its_place_and_each_line_says_how_it_was_read(tmp_path: Path) -> None:
    line = reader().read(saved(written(), tmp_path), page=1)[1]
    assert [line.text[word.start : word.end] for word in line.words] == LINES[1].split()
    lefts = [word.box.left for word in line.words if word.box]
    assert lefts == sorted(lefts)
    assert (line.sort, line.means) == (PassageSort.LINE, Means.OCR)
    assert 0.9 < line.confidence <= 1
    # the second line was drawn from 68 to 100 of 200 pixels
    assert line.locator.box is not None
    assert line.locator.box.top < 38
    assert line.locator.box.top + line.locator.box.height > 46


def test_a_picture_without_letters_says_nothing(tmp_path: Path) -> None:
    assert not reader().read(saved(Image.linear_gradient("L"), tmp_path), page=1)


def test_a_picture_in_avif_is_read(tmp_path: Path) -> None:
    path = tmp_path / "seen.avif"
    written(("PLATE 7KLM 204",), size=(400, 120), letters=32).save(path)
    assert [one.text for one in reader().read(path, page=1)] == ["PLATE 7KLM 204"]


def test_an_icon_is_not_read(tmp_path: Path) -> None:
    assert not reader().read(saved(written(("GO",), size=(39, 39), letters=20), tmp_path), page=1)


def test_what_is_no_picture_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nnot a picture at all")
    with pytest.raises(Unreadable, match="cannot be read"):
        reader().read(path, page=1)


def test_a_folder_of_models_takes_the_place_of_those_inside(tmp_path: Path) -> None:
    inside = models_inside()
    assert inside is not None
    (tmp_path / "det.onnx").symlink_to(inside.boxes)
    (tmp_path / "rec.onnx").symlink_to(inside.letters)
    models = models_in(tmp_path, {"det.onnx": "", "rec.onnx": "", "keys.txt": "", "manifest.yaml": ""})
    assert models == PictureModels(
        boxes=tmp_path / "det.onnx", letters=tmp_path / "rec.onnx", keys=tmp_path / "keys.txt"
    )
    assert not isinstance(open_pictures(models), Off)


def test_a_folder_without_one_of_the_models_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not all there"):
        models_in(tmp_path, {"det.onnx": ""})


def test_long_lines_say_how_a_page_lies_and_how_it_slants() -> None:
    long = [Slab(x=0, y=0, width=900, height=30, angle=2), Slab(x=0, y=0, width=300, height=30, angle=9)]
    short = Slab(x=0, y=0, width=20, height=30, angle=40)
    assert slant([*long, short]) == 2
    assert not lies_on_its_side([*long, short])
    assert lies_on_its_side([Slab(x=0, y=0, width=30, height=900), short])
