"""Each kind of table: what its cells mean, every problem by cell, and the way there and back."""

from decimal import Decimal

import pytest
from sqlmodel import select

from app.db.budgets import Budget
from app.db.organisations import Organisation
from app.db.projects import Project
from app.db.scores import StoredScore
from app.domain.actors import Role, Scope
from app.services import self_evaluations
from tests.factories import (
    MOMENT,
    YEAR,
    make_actor,
    make_budget,
    make_declaration,
    make_project,
)
from tests.services.import_cases import (
    OTHER,
    PROJECT,
    as_csv,
    as_xlsx,
    imported,
    places,
    preview,
    says,
)


class TestOrganisations:
    HEAD = ("单位代码", "单位名称", "单位类别", "地区代码", "上级单位代码", "状态")

    def test_children_may_stand_before_their_parents(self, session, tree, finance):
        imported(session, finance, "organisations", as_csv(
            self.HEAD,
            ("C", "丙", "预算单位", "310000", "B", ""), ("B", "乙", "主管部门", "310000", "A", ""),
            ("A", "甲", "主管部门", "310000", "", ""),
        ))  # fmt: skip
        paths = {row.code: row.path for row in session.exec(select(Organisation))}
        assert paths["C"].startswith(paths["B"])
        assert paths["B"].startswith(paths["A"])
        assert paths["A"].startswith(tree.finance.path)

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (("中文", "甲", "预算单位", "310000", "", ""), "A"),
            (("X", "", "预算单位", "310000", "", ""), "B"),
            (("X", "甲\u202e", "预算单位", "310000", "", ""), "B"),
            (("X", "甲", "办公室", "310000", "", ""), "C"),
            (("X", "甲", "预算单位", "999999", "", ""), "D"),
            (("X", "甲", "预算单位", "310000", "无此单位", ""), "E"),
            (("X", "甲", "预算单位", "310000", "X", ""), "E"),
            (("X", "甲", "预算单位", "310000", "", "注销"), "F"),
        ],
    )
    def test_problems_by_cell(self, session, tree, finance, row, column):
        _, report = preview(session, finance, "organisations", as_csv(self.HEAD, row))
        assert places(report) == [(2, column)]

    def test_those_below_each_other_are_told(self, session, tree, finance):
        rows = (
            ("A", "甲", "预算单位", "310000", "B", ""),
            ("B", "乙", "预算单位", "310000", "A", ""),
        )
        _, report = preview(session, finance, "organisations", as_csv(self.HEAD, *rows))
        assert places(report) == [(2, "E"), (3, "E")]

    def test_a_stored_one_stays_where_it_is(self, session, tree, finance):
        row = (tree.unit.code, tree.unit.name, "预算单位", "310000", tree.other_department.code, "")
        _, report = preview(session, finance, "organisations", as_csv(self.HEAD, row))
        assert places(report) == [(2, "E")]
        assert "不能移动" in says(report)[0]

    def test_foreign_parents_are_as_absent(self, session, tree):
        below = make_actor(tree.department, Role.SYSTEM)
        rows = [("X1", "甲", "预算单位", "310000", code, "") for code in (tree.finance.code, "无")]
        rows[1] = ("X2", *rows[1][1:])
        _, report = preview(session, below, "organisations", as_csv(self.HEAD, *rows))
        assert says(report)[0] == says(report)[1]


class TestProjects:
    HEAD = ("项目代码", "项目名称", "单位代码", "开始年度", "结束年度", "经常性项目")

    def test_new_and_changed(self, session, tree, staff):
        rows = [(PROJECT, "新项目", tree.unit.code, "2024年", 2026, "是")]
        imported(session, staff, "projects", as_xlsx(self.HEAD, *rows))
        project = session.exec(select(Project).where(Project.code == PROJECT)).one()
        assert (project.kind, project.last_year, project.recurring) == ("specific", 2026, True)
        assert project.region_code == tree.unit.region_code

        head = ("项目代码", "项目名称", "单位代码", "开始年度", "结束年度")
        rows = [(PROJECT, "改名", "", "", "2027")]
        row = imported(session, staff, "projects", as_csv(head, *rows))
        assert (row.changed, project.name, project.last_year) == (1, "改名", 2027)
        assert (project.first_year, project.recurring, project.version) == (2024, True, 2)

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (("123", "甲", "UNIT", "2024", "2024", ""), "A"),
            ((PROJECT, "", "UNIT", "2024", "2024", ""), "B"),
            ((PROJECT, "甲", "FOREIGN", "2024", "2024", ""), "C"),
            ((PROJECT, "甲", "无", "2024", "2024", ""), "C"),
            ((PROJECT, "甲", "UNIT", "二〇二四", "2024", ""), "D"),
            ((PROJECT, "甲", "UNIT", "2024.5", "2025", ""), "D"),
            ((PROJECT, "甲", "UNIT", "2024", "2023", ""), "E"),
            ((PROJECT, "甲", "UNIT", "2024", "2024", "可能"), "F"),
        ],
    )
    def test_problems_by_cell(self, session, tree, staff, row, column):
        codes = {"UNIT": tree.unit.code, "FOREIGN": tree.other_unit.code}
        table = as_csv(self.HEAD, tuple(codes.get(cell, cell) for cell in row))
        _, report = preview(session, staff, "projects", table)
        assert (2, column) in places(report)

    def test_every_problem_of_a_row_at_once(self, session, tree, staff):
        table = as_csv(self.HEAD, ("123", "", "无", "x", "", "可能"))
        _, report = preview(session, staff, "projects", table)
        assert {column for _, column in places(report)} == set("ABCDEF")

    def test_foreign_units_are_as_absent_and_owners_stay(self, session, tree, staff):
        make_project(session, tree.unit, code=PROJECT)
        rows = [
            (OTHER, "甲", code, "2024", "2024", "") for code in (tree.other_unit.code, "无此单位")
        ]
        _, one = preview(session, staff, "projects", as_csv(self.HEAD, rows[0]))
        _, other = preview(session, staff, "projects", as_csv(self.HEAD, rows[1]))
        assert says(one) == says(other)
        moved = (PROJECT, "甲", tree.department.code, "2024", "2024", "")
        _, report = preview(session, staff, "projects", as_csv(self.HEAD, moved))
        assert "不能更改" in says(report)[0]


class TestBudgets:
    HEAD = ("项目代码", "预算年度", "资金来源", "年初预算数（万元）", "全年执行数（元）")

    @pytest.fixture
    def project(self, session, tree):
        return make_project(session, tree.unit, code=PROJECT)

    def amounts(self, session):
        rows = session.exec(select(Budget).order_by(Budget.source))
        return [(row.source, row.initial, row.adjustment, row.executed) for row in rows]

    def test_each_column_has_the_unit_of_its_heading(self, session, tree, staff, project):
        row = (PROJECT, 2024, "财政拨款", "1,234.5", 9999.99)
        imported(session, staff, "budgets", as_xlsx(self.HEAD, row))
        assert self.amounts(session) == [
            ("appropriation", Decimal("12345000.00"), Decimal(0), Decimal("9999.99"))
        ]

    def test_a_unit_above_the_table_counts_where_no_heading_names_one(
        self, session, tree, staff, project
    ):
        table = as_xlsx(
            ("2024年预算表",), ("", "", "单位：万元"),
            ("项目代码", "年度", "资金来源", "年初预算数", "执行数"),
            (PROJECT, 2024, "其他资金", 2, 1.5),
        )  # fmt: skip
        imported(session, staff, "budgets", table)
        assert self.amounts(session) == [("other", Decimal(20000), Decimal(0), Decimal(15000))]

    def test_without_any_unit_nothing_is_guessed(self, session, tree, staff, project):
        table = as_csv(
            ("项目代码", "年度", "资金来源", "年初预算数"), (PROJECT, 2024, "其他资金", 2)
        )
        _, report = preview(session, staff, "budgets", table)
        assert places(report) == [(1, "D")]
        assert "没有写明金额单位" in says(report)[0]

    def test_amounts_left_empty_stay(self, session, tree, staff, project):
        make_budget(session, project, initial=Decimal(7), executed=Decimal(5))
        row = imported(session, staff, "budgets", as_csv(
            self.HEAD, (PROJECT, YEAR, "当年财政拨款", "", "6")
        ))  # fmt: skip
        assert (row.changed, self.amounts(session)) == (
            1, [("appropriation", Decimal(7), Decimal(0), Decimal(6))],
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (("无此项目", 2024, "其他资金", 1, 1), "A"),
            (("FOREIGN", 2024, "其他资金", 1, 1), "A"),
            ((PROJECT, "", "其他资金", 1, 1), "B"),
            ((PROJECT, 1024, "其他资金", 1, 1), "B"),
            ((PROJECT, 2024, "彩票", 1, 1), "C"),
            ((PROJECT, 2024, "其他资金", "一百", 1), "D"),
            ((PROJECT, 2024, "其他资金", "12万", 1), "D"),
            ((PROJECT, 2024, "其他资金", "0.0000001", 1), "D"),
            ((PROJECT, 2024, "其他资金", "1e5", 1), "D"),
            ((PROJECT, 2024, "其他资金", 1, -1), "E"),
            ((PROJECT, 2024, "其他资金", 1, "NaN"), "E"),
            ((PROJECT, 2024, "其他资金", "9" * 20, 1), "D"),
        ],
    )
    def test_problems_by_cell(self, session, tree, staff, project, row, column):
        foreign = make_project(session, tree.other_unit)
        cells = tuple(foreign.code if cell == "FOREIGN" else cell for cell in row)
        _, report = preview(session, staff, "budgets", as_csv(self.HEAD, cells))
        assert places(report) == [(2, column)]

    def test_one_source_of_a_year_once(self, session, tree, staff, project):
        row = (PROJECT, 2024, "其他资金", 1, 1)
        _, report = preview(session, staff, "budgets", as_csv(self.HEAD, row, row))
        assert places(report) == [(3, "C")]

    def test_years_outside_the_scope_are_refused(self, session, tree, project):
        scope = Scope(tree.department.path, 2025, 2025)
        actor = make_actor(tree.department, Role.DEPARTMENT, scope=scope)
        row = (PROJECT, 2024, "其他资金", 1, 1)
        _, report = preview(session, actor, "budgets", as_csv(self.HEAD, row))
        assert places(report) == [(2, "B")]

    def test_the_form_of_the_year_is_examined_again(self, session, tree, staff, project):
        make_budget(session, project)
        make_declaration(session, project, [{}])
        form = self_evaluations.open_form(session, make_actor(tree.unit), MOMENT, project.id, YEAR)
        before = form.version
        row = (PROJECT, YEAR, "当年财政拨款", 1, 1)
        imported(session, staff, "budgets", as_csv(self.HEAD, row))
        assert form.version == before + 1
        score = session.exec(
            select(StoredScore).where(StoredScore.self_evaluation_id == form.id)
        ).one()
        assert score.version == form.version
