"""Import of accounts (账号) with requests for posts: one row a post, the rows of a person belong
together. A post asked for here is a request like any other: somebody else has to confirm it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from app.db import users
from app.db.grants import Grant
from app.db.lookups import by_values
from app.db.organisations import Organisation
from app.db.users import User
from app.domain.actors import ROLE_LABELS, Actor, Role
from app.domain.audit import Change
from app.domain.grants import Lane
from app.domain.import_columns import Column
from app.domain.imports import Effect
from app.domain.policies import REGISTERS
from app.services import grants, lanes
from app.services.accounts import LONGEST_USERNAME
from app.services.audit import Act
from app.services.fields import NAME_LENGTH, Fields
from app.services.grant_entries import PEOPLE, Checked, Checker, GrantEntry
from app.services.import_people import Person, change, creation, made, requests
from app.services.import_plans import (
    ACTIVE,
    By,
    Cells,
    PlainTable,
    Planned,
    active,
    changed,
    effect_of,
)
from app.services.import_tables import TableSet
from app.services.users import OWN

ROLES = {ROLE_LABELS[role]: role for role in PEOPLE}
REASON = "批量导入账号"
NO_UNIT = "没有这个代码的单位，或者它不在您的管理范围内，请核对"
CLOSED = "这个单位已停用，请改写在用的单位"
TAKEN = "这个账号已有人使用，请换一个"
DIFFERS = "与同一账号第 {row} 行的{label}不一致，请统一"
ADMINISTRATOR = "安全管理员、审计管理员的账号：请先由安全管理员撤销授权，再停用"
LABELS = {"username": "账号", "name": "姓名", "unit_code": "单位代码", "active": "状态"}


class _Known:
    """What the plan looks up: accounts by name, their live grants, organisations by code and id."""

    def __init__(self, session: Session, actor: Actor, groups: list[str], codes: set[str],
                 hold: bool) -> None:  # fmt: skip
        rows = by_values(session, User, User.username, groups, hold=hold)
        named = by_values(session, Organisation, Organisation.code, codes)
        homes = by_values(session, Organisation, Organisation.id, {r.organisation_id for r in rows})
        self.users = {row.username: row for row in rows}
        self.homes = {unit.id: unit for unit in homes}
        self.units = {unit.code: unit for unit in named if actor.scope.has_path(unit.path)}
        live = by_values(session, Grant, Grant.user_id, [row.id for row in rows])
        self.live = {
            (grant.user_id, grant.role, grant.organisation_id) for grant in live if grant.lane
        }


class Users(PlainTable):
    """账号: known by user name; a further post is a further row."""

    name = "users"
    label = "账号"
    policy = REGISTERS
    columns: tuple[Column, ...] = (
        Column(name="username", label="账号", expected=f"1 到 {LONGEST_USERNAME} 个字，登录时使用",
               example="zhangsan", aliases=("用户名", "登录名", "登录账号"), required=True),
        Column(name="name", label="姓名", expected="人员的姓名", example="张三",
               aliases=("人员姓名", "用户姓名"), required=True),
        Column(name="unit_code", label="单位代码", expected="您管理范围内在用的单位代码",
               example="001001", aliases=("所属单位代码", "预算单位代码"), required=True),
        Column(name="unit_name", label="单位名称", expected="只供核对，不导入", reading=True,
               example="示例单位", aliases=("所属单位", "单位"), width=28),
        Column(name="role", label="岗位", expected="、".join(ROLES), example="经办人",
               aliases=("角色", "授权岗位"), choices=tuple(ROLES)),
        Column(name="post_code", label="岗位所在单位代码", expected="留空为所属单位",
               example="", aliases=("授权单位代码",), width=18),
        Column(name="active", label="状态", expected="、".join(ACTIVE), example="启用",
               aliases=("是否启用", "账号状态"), choices=tuple(ACTIVE), width=10),
    )  # fmt: skip
    notes: tuple[str, ...] = (
        "一行一个账号和一个岗位；一个人有几个岗位就写几行，姓名和单位各行相同。",
        "岗位是申请，要由另一位安全管理员确认后才能使用；已有的岗位不会因为没有列出而撤销。",
        "导入后在导入页面下载一次初始密码；密码不保存明文，遗失后由管理员重新发放。",
    )

    def plan(
        self, session: Session, actor: Actor, tables: TableSet, *, hold: bool
    ) -> list[Planned]:
        """One effect an account."""
        groups: dict[str, list[Cells]] = {}
        for record in tables.records():
            row = Cells(tables, record)
            if row.required("username"):
                groups.setdefault(record.cells["username"], []).append(row)
        records = [row.record for group in groups.values() for row in group]
        codes = {r.cells.get(name, "") for r in records for name in ("unit_code", "post_code")}
        known = _Known(session, actor, list(groups), codes, hold)
        drafts = _Drafts(session, actor, tables.now, known)
        planned = [drafts.one(self.columns, group) for group in groups.values()]
        return [item for item in planned if item is not None]

    def apply(self, session: Session, by: By, planned: Sequence[Planned], /) -> list[Act]:
        """Store accounts without a password, changes, and requests for posts."""
        acts = [change(item) for item in planned if item.effect is Effect.CHANGED]
        new = {item.key: made(item.entry, by.now) for item in planned if item.row is None}
        session.add_all(new.values())
        session.flush()
        acts += [creation(user) for user in new.values()]
        for item in planned:
            user = item.row or new[item.key]
            acts += requests(session, by, user, item.entry.posts)
        return [act for act in acts if act.changes]

    def rows(self, session: Session, actor: Actor) -> Iterator[tuple[str, ...]]:
        """The accounts within the scope, a row a post that is held or asked for."""
        found = users.all_within(session, actor.scope)
        ids = [user.id for user, _ in found]
        live = [g for g in by_values(session, Grant, Grant.user_id, ids) if g.lane]
        places = {grant.organisation_id for grant in live}
        codes = {
            unit.id: unit.code for unit in by_values(session, Organisation, Organisation.id, places)
        }
        for user, home in found:
            own = sorted((g for g in live if g.user_id == user.id), key=lambda g: g.id)
            posts = [(ROLE_LABELS[Role(g.role)], codes[g.organisation_id]) for g in own]
            for role, code in posts or [("", "")]:
                shown = (user.username, user.name, home.code, home.name, role, code)
                yield (*shown, active(user.active))


class _Drafts:
    """Reads the rows of one person after the other."""

    def __init__(self, session: Session, actor: Actor, now: datetime, known: _Known) -> None:
        self._session, self._actor, self._now, self._known = session, actor, now, known

    def one(self, columns: Sequence[Column], group: list[Cells]) -> Planned | None:
        """What the rows of one account do; None where it cannot be told."""
        first, username = group[0], group[0].text("username")
        row = self._known.users.get(username)
        if not self._reachable(first, row):
            return None
        _agree(group)
        home = self._home(first, row)
        if home is None:
            return None
        posts = self._posts(group, row, home)
        person = Person(
            username=username,
            name=first.text("name", row.name if row else ""),
            home=home,
            active=first.choice("active", ACTIVE, row.active if row else True),
            posts=tuple(posts),
        )
        self._check(first, person, row)
        before = _shown(_stored(row, self._known.homes[row.organisation_id])) if row else {}
        changes = changed(columns, before, _shown(person)) + _asked(posts)
        return Planned(
            record=first.record,
            effect=effect_of(row, changes),
            key=f"{username} {person.name}",
            entry=person,
            row=row,
            changes=changes,
        )

    def _reachable(self, first: Cells, row: User | None) -> bool:
        if row is None:
            return True
        if not self._actor.scope.has_path(self._known.homes[row.organisation_id].path):
            first.problem("username", TAKEN)
            return False
        if grants.person_id(self._actor) == row.id:
            first.problem("username", OWN)
            return False
        return True

    def _home(self, first: Cells, row: User | None) -> Organisation | None:
        stored = self._known.homes[row.organisation_id] if row else None
        code = first.text("unit_code")
        home = self._known.units.get(code) if code else stored
        if home is None:
            first.required("unit_code")
            first.also("unit_code", NO_UNIT)
        elif not home.active and home is not stored:
            first.problem("unit_code", CLOSED)
        return home

    def _posts(self, group: list[Cells], row: User | None, home: Organisation) -> list[Checked]:
        fields, asked = Fields(), []
        checker = Checker(self._session, self._actor, self._now, fields, row.id if row else 0)
        for place, line in enumerate(group):
            role = line.choice("role", ROLES, None)
            code = line.text("post_code")
            unit = self._known.units.get(code) if code else home
            if unit is None:
                line.problem("post_code", NO_UNIT)
            if role is None or unit is None:
                continue
            if row is not None and (row.id, role, unit.id) in self._known.live:
                continue
            entry = GrantEntry(role=role, organisation_id=unit.id, reason=REASON)
            checked = checker.check(entry, home.id, f"/{place}")
            if checked is not None:
                asked.append(checked)
        for problem in fields.problems:
            _, place_text, name = problem.pointer.split("/")
            column = "role" if name == "role" else "post_code"
            group[int(place_text)].also(column, problem.message)
        return asked

    def _check(self, first: Cells, person: Person, row: User | None) -> None:
        fields = Fields()
        fields.text("/username", "账号", person.username, LONGEST_USERNAME, required=True)
        fields.text("/name", "姓名", person.name, NAME_LENGTH, required=True)
        first.take(fields)
        if row is not None and row.active and not person.active:
            bound = lanes.bound(self._session, self._now, row.id)
            if bound in (Lane.SECADMIN, Lane.AUDITADMIN):
                first.problem("active", ADMINISTRATOR)


def _agree(group: list[Cells]) -> None:
    """The rows of one account say the same of the person."""
    first = group[0]
    for line in group[1:]:
        for name in ("name", "unit_code", "active"):
            given = line.text(name)
            if given and given != first.text(name):
                said = DIFFERS.format(row=first.record.row, label=LABELS[name])
                line.problem(name, said)


def _stored(row: User, home: Organisation) -> Person:
    return Person(row.username, row.name, home, row.active)


def _shown(person: Person) -> Mapping[str, str]:
    return {
        "username": person.username,
        "name": person.name.strip(),
        "unit_code": person.home.code,
        "active": active(person.active),
    }


def _asked(posts: Sequence[Checked]) -> tuple[Change, ...]:
    return tuple(
        Change("申请岗位", None, f"{ROLE_LABELS[post.role]}（{post.organisation.name}，待确认）")
        for post in posts
    )
