"""The child process that reads files from outside: its answers, its limits, its ends."""

import threading
import time

import pytest

from app.errors import Busy, UnreadableFile, WhyUnreadable
from app.files import guarded
from app.files.limits import LIMITS, Limits

TIGHT = Limits(cpu_milliseconds=300, seconds=5, memory_mb=128, answer_mb=1)


def run(name, content=b"", options=None, limits=TIGHT):
    return guarded.run(f"tests.files.parsers:{name}", content, options, limits=limits)


def test_plain_values_come_back_and_what_a_library_prints_does_not():
    told = run("echo", "单位\x00".encode(), {"year": 2024})

    assert told == {"text": "单位\x00", "options": {"year": 2024}}


def test_the_child_holds_neither_environment_nor_files_of_the_server(monkeypatch, tmp_path):
    monkeypatch.setenv("JIXIAO_DATABASE_URL", "postgresql://name:secret@host/db")
    with (tmp_path / "held").open("wb") as held:
        told = run("environment")

    assert held.closed
    assert told["names"] == ["LC_ALL", "MALLOC_ARENA_MAX"]
    assert told["open"] <= 6


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("spin", WhyUnreadable.TOO_SLOW, id="for ever busy"),
        pytest.param("swell", WhyUnreadable.TOO_LARGE, id="ever more memory"),
        pytest.param("recurse", WhyUnreadable.TOO_LARGE, id="ever deeper"),
        pytest.param("talk", WhyUnreadable.TOO_LARGE, id="an endless answer"),
        pytest.param("crash", WhyUnreadable.TOO_LARGE, id="an abort in a library"),
        pytest.param("leave", WhyUnreadable.DAMAGED, id="gone without a word"),
        pytest.param("stumble", WhyUnreadable.DAMAGED, id="an exception of a parser"),
        pytest.param("unplain", WhyUnreadable.DAMAGED, id="an answer that is no data"),
        pytest.param("refuse", WhyUnreadable.ENCRYPTED, id="a refusal of its own"),
    ],
)
def test_every_bad_end_is_a_refusal_with_words(name, reason):
    with pytest.raises(UnreadableFile) as refused:
        run(name)

    assert refused.value.reason is reason
    assert refused.value.message


def test_a_reader_that_waits_is_ended_by_the_clock():
    began = time.monotonic()
    with pytest.raises(UnreadableFile) as refused:
        run("sleep", limits=Limits(seconds=1))

    assert refused.value.reason is WhyUnreadable.TOO_SLOW
    assert time.monotonic() - began < 4


def test_a_refusal_in_the_childs_own_words():
    with pytest.raises(UnreadableFile, match="请先去掉密码"):
        run("refuse")


def test_an_unknown_reader_is_no_answer():
    with pytest.raises(UnreadableFile):
        run("nobody")


def test_only_a_few_files_are_read_at_once(monkeypatch):
    monkeypatch.setattr(guarded, "WAIT_SECONDS", 0)
    turns = [threading.Thread(target=_sleep) for _ in range(guarded.AT_ONCE)]
    for turn in turns:
        turn.start()
    time.sleep(0.3)
    with pytest.raises(Busy):
        run("echo")
    for turn in turns:
        turn.join()

    assert run("echo", b"free again")["text"] == "free again"


def _sleep():
    with pytest.raises(UnreadableFile):
        run("sleep", limits=Limits(seconds=2))


def test_the_limits_are_those_of_the_promise():
    assert LIMITS.cpu_milliseconds < 2000
    assert LIMITS.memory_mb <= 256
