"""Pictures: from standard input and the clipboard, cleaned, opened, and shot of a page."""

from __future__ import annotations

import io
import os
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, PngImagePlugin

from tests.pictures import open_picture, read_recorded, run_with_input
from tests.png import write_png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.project import Project

PLACE = "N 35.68 E 139.76"
_ROTATION, _DESCRIPTION = 0x0112, 0x010E


@pytest.fixture
def trial(begun: Project) -> Project:
    """A project with the active experiment a1."""
    begun.exp("new", "a1")
    return begun


def encode(image: Image.Image, form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def make_photo(form: str, rotation: int, size: tuple[int, int] = (40, 20)) -> bytes:
    """Return a picture with a red left half, and EXIF data."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[_ROTATION] = rotation
    exif[_DESCRIPTION] = PLACE
    return encode(image, form, exif=exif)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_upright_and_says_nothing_of_its_place(trial: Project, form: str) -> None:
    photo = make_photo(form, rotation=6)  # to be turned right by a quarter
    assert PLACE.encode() in photo
    ran = run_with_input(trial, photo, "image", "add", "-")
    assert (ran.code, ran.out) == (0, "· a1 picture 20x40\n")
    (kept,) = read_recorded(trial, "a1")
    image = open_picture(kept)
    assert (image.format, image.size) == (form, (20, 40))
    assert PLACE.encode() not in kept
    assert not image.getexif()
    top, bottom = image.convert("RGB").getpixel((10, 5)), image.convert("RGB").getpixel((10, 35))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > bottom[0]


def test_the_longest_side_is_1600_pixels(trial: Project) -> None:
    for name, mode in (("a.png", "RGB"), ("b.png", "P"), ("c.jpg", "L"), ("d.webp", "RGBA")):
        Image.new(mode, (4000, 1000)).save(trial.top / name)
        assert trial.exp("image", "add", "a1", name) == f"· a1 {name} 1600x400\n"
    Image.new("RGB", (30, 6000)).save(trial.top / "tall.png")
    assert trial.exp("image", "add", "tall.png") == "· a1 tall.png 8x1600\n"


def test_a_picture_that_needs_nothing_is_kept_byte_by_byte(trial: Project) -> None:
    plain = write_png(trial.top / "plain.png", 1600, 3)
    jpeg = encode(Image.new("RGB", (9, 9), "red"), "JPEG", icc_profile=b"profile")
    (trial.top / "plain.jpg").write_bytes(jpeg)
    frames = [Image.new("L", (9, 9), number * 90) for number in range(3)]
    moving = encode(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=b"x")
    (trial.top / "moving.gif").write_bytes(moving)
    trial.exp("image", "add", "plain.png", "plain.jpg", "moving.gif")
    assert sorted(read_recorded(trial, "a1")) == sorted([plain.read_bytes(), jpeg, moving])


def test_texts_of_a_png_are_taken_out_and_its_pixels_stay(trial: Project) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", PLACE)
    image = Image.new("P", (5, 5), 1)
    image.putpalette([0, 0, 0, 200, 30, 40])
    image.info["transparency"] = 1
    image.save(trial.top / "a.png", pnginfo=info)
    trial.exp("image", "add", "a.png")
    (kept,) = read_recorded(trial, "a1")
    assert PLACE.encode() not in kept
    before = open_picture((trial.top / "a.png").read_bytes()).convert("RGBA")
    assert open_picture(kept).convert("RGBA").tobytes() == before.tobytes()


def test_a_photo_that_is_small_when_clean_is_taken(trial: Project) -> None:
    trial.git("config", "gitexp.maxImage", "100k")
    noise = Image.effect_noise((3000, 3000), 90)
    noise.save(trial.top / "large.jpg")
    assert "more than" in trial.fails("image", "add", "large.jpg", code=2)
    Image.new("RGB", (3000, 1000)).save(trial.top / "flat.png", compress_level=0)
    assert (trial.top / "flat.png").stat().st_size > 100 << 10
    assert "1600x533" in trial.exp("image", "add", "flat.png")


def test_standard_input_without_a_picture(trial: Project) -> None:
    ran = run_with_input(trial, b"", "image", "add", "a1", "-")
    assert (ran.code, ran.out) == (1, "")
    assert "'standard input' is no readable picture" in ran.err
    assert "no picture is named" in trial.fails("image", "add", code=2)


@pytest.mark.parametrize(
    ("program", "variable"),
    [("wl-paste", "WAYLAND_DISPLAY"), ("xclip", "DISPLAY"), ("pngpaste", "")],
)
def test_the_clipboard_is_read_by_the_program_of_the_desktop(
    trial: Project, tmp_path: Path, program: str, variable: str
) -> None:
    picture = write_png(tmp_path / "copied.png", 7, 5)
    folder = make_programs(tmp_path, **{program: f'cat "{picture}"'})
    variables = {"PATH": f"{folder}", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    if variable:
        variables[variable] = ":7"
    ran = trial.process("image", "add", "--clipboard", env=variables)
    assert (ran.code, ran.out, ran.err) == (0, "· a1 clipboard.png 7x5\n", "")
    ran = trial.process("image", "add", "a1", "--clipboard", env=variables)
    assert ran.out == "· a1 clipboard.png 7x5\n"


def test_an_empty_clipboard_and_none_are_a_line(trial: Project, tmp_path: Path) -> None:
    variables = {"PATH": f"{make_programs(tmp_path)}", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    ran = trial.process("image", "add", "--clipboard", env=variables)
    assert ran.code == 2
    assert ran.err.startswith("git exp: no program reads the clipboard here (install wl-clipboard")
    assert ran.err.count("\n") == 1
    variables["PATH"] = f"{make_programs(tmp_path / 'empty', xclip='exit 1')}"
    ran = trial.process("image", "add", "--clipboard", env={**variables, "DISPLAY": ":7"})
    assert ran.err.startswith("git exp: there is no picture in the clipboard")


def make_programs(top: Path, **lines: str) -> Path:
    """Make a folder with git, the tools of a shell, and programs of one line; return its path."""
    folder = top / "programs"
    folder.mkdir(parents=True)
    for tool in ("git", "sh", "cat"):
        path = shutil.which(tool)
        assert path is not None
        (folder / tool).symlink_to(path)
    for name, line in lines.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    return folder


def test_open_hands_the_pictures_to_the_desktop(trial: Project, tmp_path: Path) -> None:
    assert "a1 has no pictures" in trial.fails("image", "open", code=2)
    picture = write_png(trial.top / "loss.png", 7, 5)
    trial.exp("image", "add", "loss.png")
    log = tmp_path / "opened.txt"
    folder = make_programs(tmp_path, **{"xdg-open": f'cat "$1" >> "{log}"'})
    ran = trial.process("image", "open", "a1", env={"PATH": str(folder)})
    assert (ran.code, ran.err) == (0, "")
    assert log.read_bytes() == picture.read_bytes()
    assert Path(ran.out.strip()).read_bytes() == picture.read_bytes()
    bare = make_programs(tmp_path / "bare")
    ran = trial.process("image", "open", env={"PATH": str(bare)})
    assert (ran.code, ran.err) == (
        0,
        "git exp: no program opens pictures here (xdg-open or open)\n",
    )


PAGE = """<!doctype html><body style="margin:0;background:white"><script>
fetch("colour.txt").then(r => r.text()).then(colour => { document.body.style.background = colour })
</script>"""


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of a page that loads its colour after itself."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "colour.txt").write_text("#00ff00")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_shot_shows_what_the_page_loads_later(trial: Project, address: str) -> None:
    if shutil.which("chromium") is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed: apt-get install chromium")
        pytest.skip("chromium is not installed: apt-get install chromium")
    ran = trial.process("shot", "--url", address)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"· a1 shot of {address}.png 1280x900\n"
    (kept,) = read_recorded(trial, "a1")
    assert open_picture(kept).convert("RGB").getpixel((640, 450)) == (0, 255, 0)


def test_a_page_that_is_not_there_is_a_line(trial: Project) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    ran = trial.process("shot", "a1", "--url", "http://127.0.0.1:9/")
    assert ran.code == 2
    assert ran.err.startswith("git exp: 'http://127.0.0.1:9/' cannot be shown: ")
    assert ran.err.count("\n") == 1
    assert trial.experiment("a1")["images"] == []


def test_what_a_shot_lacks_is_a_line(trial: Project, tmp_path: Path) -> None:
    assert "is no page" in trial.fails("shot", "--url", "file:///etc/passwd", code=2)
    assert "no experiment 'b2'" in trial.fails("shot", "b2")
    folder = make_programs(tmp_path)
    if sys.platform == "linux":
        ran = trial.process("shot", env={"PATH": str(folder)})
        assert "no Chromium or Chrome is installed" in ran.err
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "playwright", None)
        patch.setitem(sys.modules, "playwright.sync_api", None)
        said = trial.fails("shot", code=2)
    assert said == "git exp: a screenshot needs playwright (pip install 'gitexp[shot]')\n"
