import pytest

from app.domain.project_codes import KIND_LABELS, KIND_OF_LETTER, ProjectKind, kind_of, problems


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("51092324T000010263357", ProjectKind.SPECIFIC),
        ("51000021R000000019951", ProjectKind.PERSONNEL),
        ("31000024Y000000000001", ProjectKind.OPERATING),
    ],
)
def test_a_sound_code_tells_its_kind(code, kind):
    assert problems(code) == ()
    assert kind_of(code) is kind


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", ["项目代码应为 21 位，现在是 0 位"]),
        ("51092324T00001026335", ["项目代码应为 21 位，现在是 20 位"]),
        ("5109a324T000010263357", ["项目代码前 6 位应是行政区划代码（数字）"]),
        ("510923二4T000010263357", ["项目代码第 7、8 位应是年份后两位（数字）"]),
        ("51092324t000010263357", ["项目代码第 9 位应是字母 T、Y 或 R"]),
        ("51092324T00001026335７", ["项目代码后 12 位应是顺序号（数字）"]),
        (
            "x" * 21,
            [
                "项目代码前 6 位应是行政区划代码（数字）",
                "项目代码第 7、8 位应是年份后两位（数字）",
                "项目代码第 9 位应是字母 T、Y 或 R",
                "项目代码后 12 位应是顺序号（数字）",
            ],
        ),
    ],
)
def test_problems_name_the_place_and_the_mend(code, expected):
    assert list(problems(code)) == expected


def test_every_kind_has_a_letter_and_a_label():
    assert set(KIND_OF_LETTER.values()) == set(KIND_LABELS) == set(ProjectKind)
