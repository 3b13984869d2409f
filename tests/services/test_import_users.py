"""Import of accounts: made without a password, posts only asked for, passwords issued once."""

import pytest
from sqlmodel import select

from app.db.grants import Grant
from app.db.users import User
from app.domain.actors import Role
from app.domain.audit import AuditAction
from app.domain.grants import GrantState
from app.errors import Conflict, Forbidden, Unauthenticated, VersionConflict
from app.services import accounts, grants, hashing, import_passwords, imports, password_policies
from app.services.imports import report_of
from tests.factories import MOMENT, make_actor, make_organisation
from tests.services.import_cases import as_csv, imported, places, preview
from tests.services.trail import since, trail

HEAD = ("账号", "姓名", "单位代码", "岗位", "岗位所在单位代码", "状态")
PROFILE = password_policies.profile("dengbao")


@pytest.fixture
def sysadmin(tree):
    return make_actor(tree.finance, Role.SYSADMIN)


def people(*rows):
    """A table of them; what a row leaves out at its end is empty."""
    return as_csv(HEAD, *((*row, *[""] * (len(HEAD) - len(row))) for row in rows))


def of_name(session, username):
    return session.exec(select(User).where(User.username == username)).first()


def posts(session, username):
    user = of_name(session, username)
    rows = session.exec(select(Grant).where(Grant.user_id == user.id).order_by(Grant.id)).all()
    return [(row.role, row.organisation_id, row.state) for row in rows]


def test_accounts_are_made_with_posts_that_wait_for_a_second_person(session, tree, sysadmin):
    unit = tree.unit.code
    before = trail(session)
    done = imported(session, sysadmin, "users", people(
        ("zhang", "张三", unit, "经办人"),
        ("zhang", "张三", unit, "单位负责人"),
        ("li", "李四", tree.department.code, "主管部门", "", "启用"),
        ("wang", "王五", unit, "", "", "停用"),
    ))  # fmt: skip

    assert (done.added, done.changed) == (3, 0)
    assert posts(session, "zhang") == [
        (Role.FILLER, tree.unit.id, GrantState.REQUESTED),
        (Role.UNIT_LEAD, tree.unit.id, GrantState.REQUESTED),
    ]
    assert of_name(session, "wang").active is False
    actions = [event.action for event in since(session, before)]
    assert actions.count(AuditAction.CREATE) == 3 + 1  # the preview is one more
    assert actions.count(AuditAction.REQUEST) == 3
    assert actions[-1] == AuditAction.IMPORT


def test_nobody_gets_in_before_a_password_is_issued(session, tree, sysadmin):
    imported(session, sysadmin, "users", people(("zhang", "张三", tree.unit.code)))
    with pytest.raises(Unauthenticated):
        accounts.log_in(session, MOMENT, "zhang", "")


def test_passwords_are_issued_once_and_kept_as_hashes(session, tree, sysadmin):
    done = imported(session, sysadmin, "users", people(
        ("zhang", "张三", tree.unit.code, "经办人"),
        ("li", "李四", tree.unit.code),
    ))  # fmt: skip
    before = trail(session)
    issued = import_passwords.issue_all(session, sysadmin, MOMENT, done.id, done.version, PROFILE)

    by_name = {item.username: item for item in issued}
    assert set(by_name) == {"zhang", "li"}
    user = of_name(session, "zhang")
    assert hashing.verified(user.password_hash, by_name["zhang"].password)
    assert by_name["zhang"].password not in user.password_hash
    assert hashing.outdated(user.password_hash)  # the first log-in hashes it anew
    assert user.issued_until == MOMENT + PROFILE.issued_for
    events = since(session, before)
    assert [event.action for event in events] == [
        AuditAction.PASSWORD, AuditAction.PASSWORD, AuditAction.EXPORT,
    ]  # fmt: skip
    assert all(by_name["zhang"].password not in str(event) for event in events)

    assert accounts.log_in(session, MOMENT, "zhang", by_name["zhang"].password)
    with pytest.raises(Conflict, match="已经发放"):
        import_passwords.issue_all(session, sysadmin, MOMENT, done.id, done.version, PROFILE)


def test_passwords_are_for_registrars_at_the_version_shown(session, tree, sysadmin):
    done = imported(session, sysadmin, "users", people(("zhang", "张", tree.unit.code)))
    finance = make_actor(tree.finance, Role.FINANCE)
    with pytest.raises(Forbidden):
        import_passwords.issue_all(session, finance, MOMENT, done.id, done.version, PROFILE)
    with pytest.raises(VersionConflict):
        import_passwords.issue_all(session, sysadmin, MOMENT, done.id, done.version - 1, PROFILE)


def test_a_further_post_is_asked_for_and_a_held_one_is_not_asked_again(session, tree, sysadmin):
    unit = tree.unit.code
    imported(session, sysadmin, "users", people(("zhang", "张三", unit, "经办人")))
    secadmin = make_actor(tree.finance, Role.SECADMIN)
    (grant,) = session.exec(select(Grant)).all()
    grants.confirm(session, secadmin, MOMENT, grant.id, grant.version)

    row, report = preview(session, sysadmin, "users", people(
        ("zhang", "张三", unit, "经办人"), ("zhang", "张三", unit, "单位负责人"),
    ))  # fmt: skip
    assert [[c.after for c in effect.changes] for effect in report.effects] == [
        [f"单位负责人（{tree.unit.name}，待确认）"]
    ]
    imports.apply(session, sysadmin, MOMENT, row.id, row.version)
    assert [post[2] for post in posts(session, "zhang")] == [
        GrantState.ACTIVE,
        GrantState.REQUESTED,
    ]


def test_name_unit_and_state_of_a_known_account_change(session, tree, sysadmin):
    unit = tree.unit.code
    imported(session, sysadmin, "users", people(("zhang", "张三", unit)))
    epoch = of_name(session, "zhang").epoch
    before = trail(session)
    imported(session, sysadmin, "users", people(
        ("zhang", "张三丰", tree.department.code, "", "", "停用")
    ))  # fmt: skip
    user = of_name(session, "zhang")
    assert (user.name, user.organisation_id, user.active) == ("张三丰", tree.department.id, False)
    assert user.epoch == epoch + 1
    assert [event.action for event in since(session, before)][1:] == [
        AuditAction.CHANGE, AuditAction.IMPORT,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "where", "says"),
    [
        ([("zhang", "", "UNIT")], (2, "B"), "请填写姓名"),
        ([("zhang", "张三", "")], (2, "C"), "请填写单位代码"),
        ([("zhang", "张三", "NONE")], (2, "C"), "没有这个代码的单位"),
        ([("zhang", "张三", "CLOSED")], (2, "C"), "已停用"),
        ([("zhang", "张三", "UNIT", "局长", "", "")], (2, "D"), "请从"),
        ([("zhang", "张三", "UNIT", "财政部门", "", "")], (2, "D"), "只能设在"),
        ([("zhang", "张三", "UNIT", "经办人", "NONE", "")], (2, "E"), "没有这个代码的单位"),
        ([("zhang", "张三", "UNIT", "经办人", "", "也许")], (2, "F"), "请从"),
        ([("zhang", "张三", "UNIT", "经办人"), ("zhang", "张四", "UNIT")],
         (3, "B"), "与同一账号第 2 行的姓名不一致"),
        ([("zhang", "张三", "UNIT", "经办人"), ("zhang", "张三", "UNIT", "经办人")],
         (3, "D"), "不必重复"),
        ([("zhang", "张三", "UNIT", "安全管理员"), ("zhang", "张三", "UNIT", "经办人")],
         (3, "D"), "三员分立"),
        ([("x" * 200, "张三", "UNIT")], (2, "A"), "最多"),
        ([("", "张三", "UNIT")], (2, "A"), "请填写账号"),
    ],
)  # fmt: skip
def test_problems_by_cell(session, tree, sysadmin, rows, where, says):
    closed = make_organisation(session, tree.finance, active=False)
    codes = {"UNIT": tree.unit.code, "CLOSED": closed.code}
    given = [tuple(codes.get(cell, cell) for cell in row) for row in rows]
    row, report = preview(session, sysadmin, "users", people(*given))
    assert places(report) == [where]
    assert says in report.problems[0].message
    assert row.state == "faulty"


def test_accounts_of_other_trees_and_ones_own_are_left_alone(session, tree, sysadmin):
    elsewhere = make_organisation(session)
    accounts.add_user(session, MOMENT, "foreign", "外人", Role.FILLER, elsewhere, "x")
    own = accounts.add_user(session, MOMENT, "me", "我", Role.SYSADMIN, tree.finance, "x")
    actor = make_actor(tree.finance, Role.SYSADMIN, id=own.id)
    unit = tree.unit.code
    _, report = preview(session, actor, "users", people(
        ("foreign", "外人", unit), ("me", "我", unit),
        ("new", "新", elsewhere.code),
    ))  # fmt: skip
    assert places(report) == [(2, "A"), (3, "A"), (4, "C")]


def test_only_registrars_import_accounts(session, tree):
    for role in (Role.FINANCE, Role.SECADMIN, Role.FILLER):
        with pytest.raises(Forbidden):
            preview(session, make_actor(tree.finance, role), "users", people())


def test_what_is_exported_changes_nothing(session, tree, sysadmin):
    unit = tree.unit.code
    imported(session, sysadmin, "users", people(
        ("zhang", "张三", unit, "经办人"), ("zhang", "张三", unit, "单位负责人"),
        ("=cmd", "-李", unit, "", "", "停用"),
    ))  # fmt: skip
    kind = imports.record_export(session, sysadmin, MOMENT, "users")
    rows = list(imports.exported(session, sysadmin, kind))
    head = tuple(column.label for column in kind.columns)
    row, _ = preview(session, sysadmin, "users", as_csv(head, *rows))
    assert (row.added, row.changed, row.problems, row.unchanged) == (0, 0, 0, 2)
    assert report_of(row).problems == ()
