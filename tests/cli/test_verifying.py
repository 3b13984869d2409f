"""`jixiao verify`: OK with the last digest, or the first broken row."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from app.cli.serving import database
from app.db.session import make_engine
from app.settings import from_environment
from tests.cli.conftest import Run
from tests.services.trail import unguarded


@pytest.fixture
def loaded(run: Run) -> None:
    """The configured database holds the demo."""
    assert run("demo").status == 0


def tamper(sql: str) -> None:
    engine = make_engine(from_environment().database_url)
    with engine.begin() as connection:
        unguarded(connection)
        connection.execute(text(sql))
    engine.dispose()


def test_a_sound_trail_is_ok_with_its_last_digest(run: Run, loaded: None) -> None:
    status, out, err = run("verify")
    with database(from_environment()) as session:
        digest = session.execute(text("SELECT digest FROM audit_heads")).scalar()
        count = session.execute(text("SELECT count(*) FROM audit_events")).scalar()
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        f"OK 共 {count} 条，最后一条的校验值 {digest}",
        "OK 佐证材料共 4 份，与上传时一致",
    ]


def test_the_first_broken_row_is_named(run: Run, loaded: None) -> None:
    tamper("UPDATE audit_events SET actor_name = '别人' WHERE number IN (12, 20)")
    status, out, _ = run("verify")
    assert status == 1
    assert out.startswith("第 12 条有问题：内容与校验值不符")
    assert "之前的 11 条完好" in out


def test_another_program_gets_json(run: Run, loaded: None) -> None:
    sound = json.loads(run("verify", "--json").out)
    assert sound["ok"] is True
    assert (sound["broken"], sound["kept_months"]) == (None, 6)
    tamper("DELETE FROM audit_events WHERE number = 4")
    status, out, _ = run("verify", "--json")
    found = json.loads(out)
    assert (status, found["ok"], found["count"]) == (1, False, 3)
    assert (found["broken"]["number"], found["broken"]["fault"]) == (4, "deleted")


def test_a_digest_kept_elsewhere_is_compared(run: Run, loaded: None) -> None:
    kept = json.loads(run("verify", "--json").out)
    assert run("verify", "--expect", kept["count"], kept["digest"]).status == 0
    status, out, _ = run("verify", "--expect", kept["count"], "sha256:00")
    assert status == 1
    assert "整体改写" in out
    status, out, _ = run("verify", "--expect", kept["count"] + 1, kept["digest"])
    assert (status, "已被删除" in out) == (1, True)


def test_a_hash_may_be_chosen_for_what_follows(
    run: Run, loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_AUDIT_HASH", "sm3")
    assert run("key", "一体化系统", "--organisation", "310000-CZ").status == 0
    status, out, _ = run("verify")
    assert (status, "校验值 sm3:" in out) == (0, True)


def test_what_cannot_be_verified_is_told(run: Run) -> None:
    status, _, err = run("verify")
    assert status == 2
    assert "读不到审计记录" in err
    status, _, err = run("verify", "--expect", "eins", "sha256:00")
    assert (status, err) == (2, "编号应是正整数，现在是 eins\n")


def test_a_retention_too_short_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_AUDIT_MONTHS", "5")
    status, _, err = run("verify")
    assert (status, "至少保存 6 个月" in err) == (2, True)


def test_evidence_that_is_lost_or_changed_is_named(run: Run, loaded: None, data_dir: Path) -> None:
    found = json.loads(run("verify", "--json").out)["attachments"]
    assert found == {"count": 4, "lost": []}
    lost, changed, *_ = sorted(
        path for path in (data_dir / "attachments").rglob("*") if path.is_file()
    )
    lost.unlink()
    changed.write_bytes(changed.read_bytes() + b" ")
    status, out, _ = run("verify")
    assert status == 1
    first, *told = out.splitlines()
    assert first.startswith("OK 共")
    assert sorted(line.rpartition("：")[2] for line in told) == ["内容与上传时不一致", "文件已丢失"]
    assert all(".pdf”有问题" in line for line in told)
    found = json.loads(run("verify", "--json").out)
    assert (found["ok"], found["broken"]) == (False, None)
    assert {item["loss"] for item in found["attachments"]["lost"]} == {"missing", "changed"}
