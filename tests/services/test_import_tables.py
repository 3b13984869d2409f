"""Imported targets, the heads of tables, and the way there and back."""

import io
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from app.db.declarations import DeclaredIndicator
from app.domain.actors import Role
from app.domain.text import forbidden_characters
from app.files import tables
from app.services import import_documents, imports
from app.services.import_kinds import TABLES
from app.services.imports import Upload
from tests.factories import (
    MOMENT,
    YEAR,
    make_actor,
    make_budget,
    make_declaration,
    make_project,
    make_tree,
)
from tests.services.import_cases import (
    PROJECT,
    as_csv,
    as_xlsx,
    imported,
    places,
    preview,
    says,
)


class TestDeclarations:
    HEAD = (
        "项目代码",
        "年度",
        "年度总体目标",
        "一级指标",
        "二级指标",
        "三级指标",
        "指标值",
        "分值",
    )

    @pytest.fixture
    def project(self, session, tree):
        return make_project(session, tree.unit, code=PROJECT)

    def rows(self):
        return (
            (PROJECT, YEAR, "建成系统", "产出指标", "数量指标", "系统数量", "≥1(个)", 20),
            (PROJECT, YEAR, "", "产出指标", "质量指标", "验收合格率", "=100%", 30),
        )

    def stored(self, session):
        rows = session.exec(select(DeclaredIndicator).order_by(DeclaredIndicator.position))
        return [(row.position, row.level3, row.name, row.target, row.full) for row in rows]

    def test_the_rows_of_a_project_are_one_declaration(self, session, tree, project):
        filler = make_actor(tree.unit, Role.FILLER)
        row = imported(session, filler, "declarations", as_xlsx(self.HEAD, *self.rows()))
        assert row.added == 1
        assert self.stored(session) == [
            (0, "", "系统数量", "≥1(个)", Decimal(20)),
            (1, "", "验收合格率", "=100%", Decimal(30)),
        ]

    def test_a_stored_one_is_replaced_and_the_change_is_told_by_place(
        self, session, tree, staff, project
    ):
        make_declaration(session, project, [{"name": "旧指标"}], goal="旧目标")
        row, report = preview(session, staff, "declarations", as_csv(self.HEAD, *self.rows()))
        told = {(c.field, c.before, c.after) for c in report.effects[0].changes}
        assert ("年度总体目标", "旧目标", "建成系统") in told
        assert ("第 1 条 指标名称", "旧指标", "系统数量") in told
        assert ("第 2 条 指标名称", None, "验收合格率") in told
        imports.apply(session, staff, MOMENT, row.id, row.version)
        assert [stored[2] for stored in self.stored(session)] == ["系统数量", "验收合格率"]

    def test_with_a_column_for_names_the_third_level_is_its_own(
        self, session, tree, staff, project
    ):
        head = ("项目代码", "年度", "三级指标", "指标名称")
        imported(session, staff, "declarations", as_csv(head, (PROJECT, YEAR, "建设", "系统数量")))
        assert self.stored(session)[0][1:3] == ("建设", "系统数量")

    @pytest.mark.parametrize(
        ("place", "cell", "where"),
        [
            (0, "无此项目", (3, "A")),
            (1, "x", (3, "B")),
            (2, "另一个目标", (3, "C")),
            (5, "", (3, "F")),
            (5, "长" * 200, (3, "F")),
            (7, "十分", (3, "H")),
            (7, "-1", (3, "H")),
        ],
    )
    def test_problems_stand_at_their_own_row(
        self, session, tree, staff, project, place, cell, where
    ):
        rows = [list(row) for row in self.rows()]
        rows[1][place] = cell
        _, report = preview(session, staff, "declarations", as_csv(self.HEAD, *rows))
        assert where in places(report)
        assert all(row == 3 for row, _ in places(report))


class TestHeads:
    @pytest.mark.parametrize(
        "headings",
        [
            ("*单位代码", "单位名称：", " 单位类别 ", "地区代码（6位）"),
            ("地区代码", "单位类别", "单位名称", "单位代码"),
            ("1.单位编码", "2.预算单位名称", "3.类别", "4.行政区划代码"),
            ("单 位 代 码", "单位名称*", "单位性质", "区划代码"),
        ],
    )
    def test_close_variants_in_any_order(self, session, tree, finance, headings):
        _, report = preview(session, finance, "organisations", as_csv(headings))
        assert says(report) == ["表头下面没有数据行。请填写后再上传。"]

    def test_unknown_columns_are_listed_with_what_was_perhaps_meant(self, session, tree, finance):
        head = ("单位代码", "单位名称", "单位类别", "地区代码", "上级单位代号", "颜色")
        _, report = preview(session, finance, "organisations", as_csv(head, ("A", *"甲乙丙丁戊")))
        assert any("上级单位代号" in line and "上级单位代码" in line for line in report.left_out)
        assert any("颜色" in line and "是否" not in line for line in report.left_out)

    def test_a_column_that_stands_twice_or_is_missing_stops_all(self, session, tree, finance):
        head = ("单位代码", "单位代码", "单位类别", "地区代码")
        row, report = preview(session, finance, "organisations", as_csv(head, ("A", "B", "C", "D")))
        assert says(report) == ["缺少“单位名称”列，请补上", "“单位代码”列出现了两次，请删去一列"]
        assert row.added == 0

    def test_a_table_of_something_else_is_told_what_is_missing(self, session, tree, finance):
        _, report = preview(session, finance, "organisations", as_csv(("甲", "乙"), ("1", "2")))
        assert "没有找到表头" in says(report)[0]

    def test_formulas_without_a_result_are_problems_of_their_cell(self, session, tree, finance):
        made = io.BytesIO()
        with xlsxwriter.Workbook(made) as book:
            sheet = book.add_worksheet("表")
            sheet.write_row(0, 0, ("单位代码", "单位名称", "单位类别", "地区代码"))
            sheet.write_row(1, 0, ("A", "", "预算单位", "310000"))
            sheet.write_formula(1, 1, "=A2", None, "")
            sheet.write_row(2, 0, ("B", "", "预算单位", "310000"))
            sheet.write_formula(2, 1, "=A3", None, "乙单位")
        upload = Upload("x.xlsx", made.getvalue())
        _, report = preview(session, finance, "organisations", upload)
        assert places(report) == [(2, "B")]
        assert "公式" in says(report)[0]
        assert report.effects[-1].key == "B 乙单位"


TEXT = st.text(min_size=1, max_size=30).filter(
    lambda text: text == text.strip() != "" and not forbidden_characters(text)
    and "\r" not in text and not text.startswith("示例")
)  # fmt: skip
NAMES = st.lists(TEXT, min_size=1, max_size=4)
AMOUNT = st.decimals(min_value=0, max_value=10**12, places=2)


class TestThereAndBack:
    """What is exported and imported again changes nothing."""

    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        names=st.lists(TEXT, min_size=1, max_size=4), amounts=st.tuples(AMOUNT, AMOUNT), goal=TEXT
    )
    def test_identity(self, session, names, amounts, goal):
        with session.begin_nested() as undone:
            tree = make_tree(session)
            tree.unit.name = names[0]
            project = make_project(session, tree.unit, name=names[-1])
            make_budget(session, project, initial=amounts[0], executed=amounts[1])
            indicators = [
                {"name": name, "target": name, "parameters": '{"a": "b"}', "full": Decimal("1.5")}
                for name in names
            ]
            make_declaration(session, project, indicators, goal=goal)
            actor = make_actor(tree.finance, Role.SYSTEM)
            for kind in TABLES.values():
                if kind.name != "users":
                    self.come_back_unchanged(session, actor, kind)
            undone.rollback()

    def come_back_unchanged(self, session, actor, kind):
        rows = list(imports.exported(session, actor, kind))
        csv = import_documents.table_csv(kind, rows).encode()
        for content in (import_documents.table(kind, rows), csv):
            row, report = preview(session, actor, kind.name, Upload("x", content))
            assert says(report) == []
            assert (row.added, row.changed) == (0, 0)
            assert row.unchanged >= 1

    def test_the_report_as_a_workbook_holds_text_only(self, session, tree, finance):
        head = ("单位代码", "单位名称", "单位类别", "地区代码")
        _, report = preview(
            session, finance, "organisations", as_csv(head, ("A", "=cmd|' /C calc'!A0", "", ""))
        )
        sheets = tables.read(import_documents.report(report))
        assert [sheet.name for sheet in sheets] == ["问题", "变更", "未读取"]
        assert all(sheet.faults == {} for sheet in sheets)
