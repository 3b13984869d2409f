"""Names inside an archive, and what happens when it grows larger than it may."""

import io
import zipfile
from datetime import datetime

import pytest

from app.files.archives import LONGEST, FolderArchive, Names, Sink, ZipArchive, safe

MOMENT = datetime(2025, 3, 3, 10, 0)  # noqa: DTZ001 - a clock on the wall


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("上海市财政局", "上海市财政局"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c:d*e?f", "a_b_c_d_e_f"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("  甲 \t 乙.. ", "甲 乙"),
        ("甲\u202e乙\x00", "甲乙"),
        ("...", "_"),
        ("长" * 200, "长" * LONGEST),
    ],
)
def test_a_name_is_safe_everywhere(given, name):
    assert safe(given) == name


def test_each_name_is_there_once_whatever_the_capitals():
    names = Names()
    taken = [names.take("单位", stem, "pdf") for stem in ("A", "a", "Ａ", "B")]
    assert taken == ["单位/A.pdf", "单位/a (2).pdf", "单位/Ａ (3).pdf", "单位/B.pdf"]


def filled(archive):
    archive.add("单位/甲.txt", "甲".encode())
    archive.copy("乙.txt", io.BytesIO("乙".encode()))


def test_a_zip_is_written_without_going_back():
    content = bytearray()
    archive = ZipArchive(Sink(content.extend, 10_000), MOMENT)
    filled(archive)
    archive.close()
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as read:
        assert read.testzip() is None
        assert {name: read.read(name).decode() for name in read.namelist()} == {
            "单位/甲.txt": "甲", "乙.txt": "乙",
        }  # fmt: skip
        assert read.infolist()[0].date_time == (2025, 3, 3, 10, 0, 0)


def test_what_is_too_large_goes_nowhere():
    content = bytearray()
    sink = Sink(content.extend, 10)
    archive = ZipArchive(sink, MOMENT)
    filled(archive)
    archive.close()
    assert sink.full
    assert len(content) <= 10


def test_the_same_files_in_a_folder(tmp_path):
    filled(FolderArchive(tmp_path))
    assert (tmp_path / "单位" / "甲.txt").read_text(encoding="utf-8") == "甲"
    assert (tmp_path / "乙.txt").read_text(encoding="utf-8") == "乙"
