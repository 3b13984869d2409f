"""Kept evidence against its hashes: lost and changed files are named, each file read once."""

import pytest

from app.files.store import Store
from app.services import attachment_checks
from app.services.attachment_checks import Loss
from tests.services.filling_cases import opened
from tests.services.test_attachments import attach, received


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "attachments")


def test_sound_lost_and_changed(session, now, store):
    case = opened(session, now)
    files = [received(store, name) for name in ("好.pdf", "丢.pdf", "改.pdf")]
    rows = attach(session, case, now, *files)
    before = attachment_checks.examined(session, store)
    assert before.count >= 3
    assert before.lost == ()
    assert list(attachment_checks.lines(before)) == [
        f"OK 佐证材料共 {before.count} 份，与上传时一致"
    ]
    store.remove(files[1].key)
    store.path(files[2].key).write_bytes(b"%PDF-1.8")
    found = attachment_checks.examined(session, store)
    assert [(item.id, item.name, item.loss) for item in found.lost] == [
        (rows[1].id, "丢.pdf", Loss.MISSING),
        (rows[2].id, "改.pdf", Loss.CHANGED),
    ]
    told = list(attachment_checks.lines(found))
    assert told[0] == f"自评表 {case.form_id} 的佐证材料 {rows[1].id}“丢.pdf”有问题：文件已丢失"
    assert "内容与上传时不一致" in told[1]
