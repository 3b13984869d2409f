"""What may be attached: names, kinds, sizes, quotas, each refusal with its mend."""

import tomllib
from pathlib import Path

import pytest

from app.domain import contents
from app.domain.attachments import (
    KIB,
    MIB,
    Kept,
    content_problem,
    name_problem,
    own_name,
    parse,
    quota_problems,
    quoted,
    shown_size,
    size_problem,
)
from app.domain.contents import LABELS, MARK_LABELS, SENTENCES, Content, Fault, Mark
from app.domain.tables import Table, TableError

FILE = Path(contents.__file__).parents[1] / "policies" / "attachments.toml"
WORDS = tomllib.loads(FILE.read_text(encoding="utf-8"))
POLICY = parse(Table(WORDS))
UNKIND = ("非法", "无效", "系统异常", "未知错误")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("合同.pdf", "合同.pdf"),
        ("C:\\fakepath\\合同.pdf", "合同.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("/tmp/x/合同.pdf", "合同.pdf"),
        (" 合同.pdf. ", "合同.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("..", ""),
        ("a/", ""),
    ],
)
def test_a_name_is_its_last_part_in_one_spelling(given, name):
    assert own_name(given) == name


@pytest.mark.parametrize(
    "name", ["合同.pdf", "照片.JPG", "表（终稿）.v2.xlsx", "a.exe.pdf", "票.ofd"]
)
def test_good_names(name):
    assert name_problem(POLICY, name) is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "请命名后重新选择"),
        ("setup.exe", "“setup.exe”不是可以上传的类型，请上传 PDF、OFD、Word（.docx）"),
        ("合同.pdf.exe", "不是可以上传的类型"),
        ("旧表.xls", "不是可以上传的类型"),
        ("宏.docm", "不是可以上传的类型"),
        ("图.svg", "不是可以上传的类型"),
        ("pdf", "不是可以上传的类型"),
        ("a.", "不是可以上传的类型"),
        ("长" * 117 + ".pdf", "文件名有121字，请缩短到120字以内"),
        ("a\u202efdp.pdf", "看不见的控制字符"),
        ("a\u200f.pdf", "看不见的控制字符"),
        ("a\0.pdf", "看不见的控制字符"),
        ("a\r\nX: y.pdf", "看不见的控制字符"),
        ("a\t.pdf", "看不见的控制字符"),
    ],
)
def test_names_that_are_not_taken(name, says):
    assert says in name_problem(POLICY, name)


def test_sizes():
    assert size_problem(POLICY, "a.pdf", 1) is None
    assert size_problem(POLICY, "a.pdf", POLICY.largest_file) is None
    assert size_problem(POLICY, "a.pdf", 0) == "“a.pdf”是空文件，请核对后重新选择"
    large = size_problem(POLICY, "a.pdf", POLICY.largest_file + 1)
    assert large == "“a.pdf”超过 20 MB，请压缩或拆分后再上传"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "合同.pdf",
            Content("executable"),
            "“合同.pdf”的内容是可执行程序，与扩展名 .pdf 不符，请核对后重新选择",
        ),
        ("照片.png", Content("jpeg"), "的内容是 JPG 图片，与扩展名 .png 不符"),
        ("表.XLSX", Content("archive"), "的内容是压缩包，与扩展名 .xlsx 不符"),
        ("表.xlsx", Content("docx"), "的内容是 Word 文档，与扩展名 .xlsx 不符"),
        ("表.docx", Content("docx", frozenset({Fault.MACROS})), "含有宏，请删去宏"),
        (
            "表.docx",
            Content("archive", frozenset({Fault.BROKEN, Fault.BARRED})),
            "里面夹带了可执行程序",
        ),
    ],
)
def test_contents_that_are_not_taken(name, content, says):
    assert says in content_problem(POLICY, name, content)


def test_contents_that_are_taken():
    for item in POLICY.types:
        for ending in item.extensions:
            marked = Content(item.code, marks=frozenset({Mark.EMBEDDED}))
            assert content_problem(POLICY, f"a.{ending}", marked) is None


@pytest.mark.parametrize(
    ("kept", "sizes", "says"),
    [
        (Kept(0, 0, 0), (1,), []),
        (Kept(199, 0, 0), (1,), []),
        (Kept(199, 0, 0), (1, 1), ["最多 200 份佐证材料，现有 199 份"]),
        (Kept(1, POLICY.form_quota - 5, 0), (5,), []),
        (Kept(1, POLICY.form_quota - 5 * KIB, 0), (6 * KIB,), ["只剩 5 KB 可用"]),
        (Kept(1, POLICY.form_quota + 1, 0), (1,), ["只剩 0 KB 可用"]),
        (Kept(0, 0, POLICY.unit_quota), (1,), ["本单位这一年度的佐证材料空间已满"]),
        (Kept(200, POLICY.form_quota, POLICY.unit_quota), (1,), ["200 份", "只剩", "已满"]),
    ],
)
def test_quotas(kept, sizes, says):
    told = list(quota_problems(POLICY, kept, sizes))
    assert len(told) == len(says)
    assert all(word in message for word, message in zip(says, told, strict=True))


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 KB"), (1, "1 KB"), (1024, "1 KB"), (1025, "2 KB"), (MIB, "1 MB"), (MIB + 1, "1.1 MB"),
     (20 * MIB, "20 MB"), (1_258_291, "1.2 MB")],
)  # fmt: skip
def test_sizes_for_people(size, shown):
    assert shown_size(size) == shown


def test_a_long_name_is_cut_in_the_middle():
    assert (
        quoted("字" * 20 + "末尾的文件名.pdf")
        == "“" + "字" * 12 + "…" + "字字末尾的文件名.pdf" + "”"
    )


def test_every_fault_and_mark_has_its_words():
    assert set(SENTENCES) == set(Fault)
    assert set(MARK_LABELS) == set(Mark)
    for sentence in (*SENTENCES.values(), *MARK_LABELS.values()):
        assert "请" in sentence
        assert len(sentence) <= 40
        assert not any(word in sentence for word in UNKIND)


@pytest.mark.parametrize(
    "change",
    [
        {"largest_file": "20"},
        {"largest_fil": 3},
        {"types": []},
        {"types": [WORDS["types"][0] | {"code": "exe"}]},
        {"types": [WORDS["types"][0] | {"colour": "red"}]},
        {"containers": WORDS["containers"] | {"deep": 1}},
        {"pdf": {"refused": "JavaScript"}},
    ],
)
def test_a_faulty_policy_is_refused(change):
    with pytest.raises(TableError):
        parse(Table(WORDS | change))


def test_the_kinds_of_the_policy_are_known():
    assert {item.code for item in POLICY.types} <= set(LABELS)
    assert POLICY.largest_file <= POLICY.largest_upload <= POLICY.form_quota <= POLICY.unit_quota
