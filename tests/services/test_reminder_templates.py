"""The catalogue of texts for reminders."""

import pytest

from app.domain.actors import Role
from app.domain.audit import AuditAction, ObjectKind
from app.domain.reminders import unfit
from app.errors import Forbidden, Unacceptable, VersionConflict
from app.services import reminder_templates
from app.services.reminder_templates import TemplateEntry
from tests import factories
from tests.services.trail import since, told, trail

ENTRY = TemplateEntry(label="最后提醒", subject="请报送{project}", body="{unit}：{left}。")


def test_the_texts_shipped_can_be_filled_in(session):
    shipped = reminder_templates.offered(session)
    assert [row.code for row in shipped] == ["due", "late"]
    assert not [row for row in shipped if unfit(row.subject) or unfit(row.body)]


def test_a_text_is_added_changed_and_retired(session, now, finance):
    before = trail(session)
    row = reminder_templates.set_template(session, finance, now, "last", 0, ENTRY)
    assert row.version == 1
    with pytest.raises(VersionConflict):
        reminder_templates.set_template(session, finance, now, "last", 0, ENTRY)
    retired = TemplateEntry(label="最后提醒", subject="旧", body="旧", active=False)
    reminder_templates.set_template(session, finance, now, "last", 1, retired)
    assert "last" not in [row.code for row in reminder_templates.offered(session)]
    assert "last" in [row.code for row in reminder_templates.every(session)]
    first, second = since(session, before)
    assert (first.action, first.object_kind) == (
        AuditAction.CONFIGURE,
        ObjectKind.REMINDER_TEMPLATE,
    )
    assert told(second)["/active"] == ("true", "false")


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.FILLER, Role.SYSADMIN, Role.AUDITOR])
def test_finance_alone_keeps_the_catalogue(session, now, tree, role):
    actor = factories.make_actor(tree.department, role)
    with pytest.raises(Forbidden):
        reminder_templates.set_template(session, actor, now, "last", 0, ENTRY)


def test_everything_wrong_is_told_at_once(session, now, finance):
    wrong = TemplateEntry(label="", subject="{who}", body="")
    with pytest.raises(Unacceptable) as refusal:
        reminder_templates.set_template(session, finance, now, "Last!", 0, wrong)
    pointers = [problem.pointer for problem in refusal.value.errors]
    assert pointers == ["/code", "/label", "/body", "/subject"]
