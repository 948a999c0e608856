"""The lines of a document, out of a PDF or a picture, and what hostile ones can do: nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from expat.documents.reading import recognise as recognising
from expat.documents.reading.apart import TOO_LONG, Apart
from expat.documents.reading.lines import plain
from expat.documents.reading.read_picture import picture_of
from expat.documents.reading.read_text import PDF, Text, Unread, read_text, read_text_layer
from expat.documents.reading.recognise import can_recognise
from expat.documents.reading.suggest import suggest
from tests.documents.reading_pages import pdf_of, photo_of, scan_of, turned_pdf, turned_photo
from tests.documents.reading_papers import TODAY, Paper, papers, wrong, wrongly_sure
from tests.documents.samples import heic, locked_pdf, pdf, picture

# The fonts that come with the libraries have Latin, Greek and Cyrillic letters.
SET = ["ar-clinic", "be-optician", "br-clinic", "ca-dentist", "ch-doctor", "cl-clinic", "cz-doctor", "de-doctor",
       "dk-dentist", "es-hospital", "fi-clinic", "fr-dentist", "gb-clinic", "gr-clinic", "hu-dentist", "id-hospital",
       "ie-doctor", "in-hospital", "it-doctor", "ke-dentist", "kw-hospital", "lb-hospital", "ma-clinic", "mx-doctor",
       "my-hospital", "ng-hospital", "nl-dentist", "no-doctor", "pf-doctor", "ph-hospital", "pl-clinic", "pt-hospital",
       "ro-clinic", "ru-clinic", "se-dentist", "sg-clinic", "sn-pharmacy", "tn-clinic", "tr-doctor", "us-dentist",
       "us-doctor", "vn-hospital", "za-doctor"]  # fmt: skip
JPEG, PNG, HEIC = "image/jpeg", "image/png", "image/heic"


@pytest.fixture
def ocr() -> None:
    """The libraries of the extra `ocr`: without them these tests are skipped; where CI is set, they fail."""
    if not can_recognise():
        if os.environ.get("CI"):
            pytest.fail("the extra 'ocr' is not installed", pytrace=False)
        pytest.skip("the extra 'ocr' is not installed")


def _wrong(paper: Paper, read: Text, but: tuple[str, ...] = ()) -> object:
    told = suggest(read.lines, TODAY, paper.hints, read.from_picture)
    return wrong(told, paper, but) or wrongly_sure(told, paper)


@pytest.mark.parametrize("style", ["typewriter", "letter"])
@pytest.mark.parametrize("name", SET)
def test_a_pdf_says_what_its_text_says_however_it_is_set(name: str, style: str) -> None:
    paper = papers()[name]
    assert not _wrong(paper, read_text(pdf_of(paper.text, style), PDF))


def test_the_rows_of_a_pdf_are_those_of_the_page() -> None:
    text = papers()["gb-clinic"].text
    read = [line.text for line in read_text(pdf_of(text), PDF).lines]
    assert read == [line.text for line in plain(text)]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("shown", [0, 90, 180, 270])
def test_a_pdf_is_read_in_the_direction_of_its_text_however_it_is_shown(degrees: int, shown: int) -> None:
    text = papers()["sg-clinic"].text
    upright = [line.text for line in read_text(pdf_of(text), PDF).lines]
    assert [line.text for line in read_text(turned_pdf(text, degrees, shown), PDF).lines] == upright


def test_a_watermark_across_the_page_does_no_harm() -> None:
    paper = papers()["sg-clinic"]
    assert not _wrong(paper, read_text(pdf_of(paper.text, "watermark"), PDF))


def test_a_pdf_without_text_has_no_text_layer() -> None:
    assert read_text_layer(pdf()) is None
    assert read_text_layer(pdf_of("Scanned with a telephone")) is None


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(locked_pdf(), PDF), (pdf()[:80], PDF), (picture("JPEG")[:200], JPEG), (heic()[:100], HEIC), (b"", PNG)],
)
def test_what_does_not_open_is_unreadable(content: bytes, media_type: str) -> None:
    with pytest.raises(Unread) as unread:
        read_text(content, media_type)
    assert unread.value.code == "unreadable"


def test_where_pictures_cannot_be_read_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    recognising._engine.cache_clear()
    monkeypatch.setattr(recognising, "_LIBRARIES", ("a_library_that_is_not_installed",))
    with pytest.raises(Unread) as unread:
        read_text(picture("PNG"), PNG)
    assert unread.value.code == "no_ocr"
    recognising._engine.cache_clear()


def test_a_picture_is_upright_small_and_on_white() -> None:
    made = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGBA", (6000, 3000), (255, 0, 0, 0)).save(made, "PNG", exif=exif)
    seen = picture_of(made.getvalue(), PNG)
    assert (seen.size, seen.mode, seen.getpixel((10, 10))) == ((1000, 2000), "RGB", (255, 255, 255))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_too_many_pixels_is_not_even_opened() -> None:
    made = BytesIO()
    Image.new("1", (10_000, 9_000)).save(made, "PNG")
    with pytest.raises(Unread) as unread:
        read_text(made.getvalue(), PNG)
    assert unread.value.code == "unreadable"


@pytest.mark.slow
@pytest.mark.usefixtures("ocr")
@pytest.mark.parametrize(
    ("name", "kind", "media_type", "style"),
    [
        ("sg-clinic", "jpeg", JPEG, "typewriter"),
        ("ca-dentist", "png", PNG, "letter"),
        ("ma-clinic", "heic", HEIC, "letter"),
        ("in-hospital", "jpeg", JPEG, "letter"),
    ],
)
def test_a_photograph_is_read(name: str, kind: str, media_type: str, style: str) -> None:
    paper = papers()[name]
    read = read_text(photo_of(paper.text, kind, len(name), style), media_type)
    assert read.from_picture
    assert not _wrong(paper, read, but=("provider",))  # a letter may be taken for another


@pytest.mark.slow
@pytest.mark.usefixtures("ocr")
@pytest.mark.parametrize(("degrees", "says_so"), [(90, True), (90, False), (180, False), (270, False)])
def test_a_photograph_is_read_however_the_telephone_was_held(degrees: int, says_so: bool) -> None:
    paper = papers()["us-dentist"]
    assert not _wrong(paper, read_text(turned_photo(paper.text, degrees, says_so), JPEG), but=("provider",))


@pytest.mark.slow
@pytest.mark.usefixtures("ocr")
def test_a_scan_in_a_pdf_is_read_as_a_picture() -> None:
    paper = papers()["es-hospital"]
    read = read_text(scan_of(paper.text), PDF)
    assert read.from_picture and not _wrong(paper, read, but=("provider",))


@pytest.mark.slow
@pytest.mark.usefixtures("ocr")
def test_a_picture_without_text_says_so() -> None:
    with pytest.raises(Unread) as unread:
        read_text(picture("JPEG"), JPEG)
    assert unread.value.code == "no_text"


@pytest.mark.slow
@pytest.mark.usefixtures("ocr")
def test_nothing_leaves_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo_of(papers()["us-dentist"].text))
    code = """
import socket, sys
def refuse(*values, **more):
    raise AssertionError("the network was asked for")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from expat.documents.reading.read_text import read_text
print(len(read_text(open(sys.argv[1], "rb").read(), "image/jpeg").lines))
"""
    # Nobody asked for a report to be made, and no continuous integration keeps it from being made.
    home = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "CI", "GITHUB_"))}
    home |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=120, env=home)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 8
    assert list(tmp_path.iterdir()) == [path], "no model is fetched, no report is prepared"


def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    content = pdf_of(papers()["us-dentist"].text)
    with Apart(seconds=0) as apart:
        with pytest.raises(Unread) as unread:
            apart(content, PDF)
        assert unread.value.code == TOO_LONG
        apart._seconds = 60
        assert len(apart(content, PDF).lines) == len(read_text(content, PDF).lines)


def test_a_signal_that_comes_to_all_lets_the_document_be_finished() -> None:
    content = pdf_of(papers()["us-dentist"].text)
    with Apart() as apart:
        assert apart(content, PDF).lines
        assert apart._process is not None and apart._process.pid is not None
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(apart._process.pid, number)
        assert apart(content, PDF).lines


def test_a_document_that_ends_its_reader_is_unreadable_and_the_next_one_is_read() -> None:
    content = pdf_of(papers()["us-dentist"].text)
    with Apart() as apart:
        assert apart(content, PDF).lines
        assert apart._process is not None
        apart._process.kill()
        with pytest.raises(Unread) as unread:
            apart(content, PDF)
        assert unread.value.code == "unreadable"
        assert apart(content, PDF).lines
        with pytest.raises(Unread):
            apart(b"no pdf", PDF)
        assert apart(content, PDF).lines
