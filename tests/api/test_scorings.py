"""Scoring without storing: whatever a published form may hold is a finding on a 200."""

import json
from pathlib import Path

import pytest

from tests.api.support import assert_problem, bearer

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "data"
FORMS = sorted(GOLDEN.glob("selfeval-*/*.json"))
REPORTS = sorted(GOLDEN.glob("evaluation-*.json"))
STANDARD = {"standard": "shanghai-self-evaluation", "edition": "2024-01-01"}
LINE = {"level1": "产出指标", "name": "窗口数", "target": "≥10", "actual": "9", "full": "90"}
CELLS = ("level1", "level2", "level3", "name", "code", "target", "actual", "full", "points",
         "reason", "rule")  # fmt: skip
AMOUNTS = ("source", "initial", "adjustment", "adjusted", "executed", "received", "unit", "full",
           "rate", "points")  # fmt: skip
ODD = ["", " ", "-", "—", "NaN", "Infinity", "1e999", "9" * 40, "12万", "约三成", "\x00\x07",
       "１２．５", "+1", "--", "null", "=SUM(A1)", "<script>", "字" * 10_000]  # fmt: skip
TOP = {"standard", "edition", "edition_hash", "execution", "indicators", "subtotals", "total",
       "full", "grade", "findings"}  # fmt: skip
LINE_KEYS = {"points", "full", "met", "because", "rule", "direction", "inferred", "kind"}


@pytest.fixture(scope="session")
def databases(sqlite):
    """Scoring stores nothing: one database serves."""
    return sqlite


def scored(client, body):
    answer = client.post("/scorings", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def post_raw(client, text):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post("/scorings", content=content, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("path", FORMS + REPORTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_published_form_scores_as_printed(anonymous, path):
    form = json.loads(path.read_text(encoding="utf-8"))
    answer = scored(anonymous, form)
    claimed = form["claimed"]
    assert float(answer["total"]) == float(claimed["total"])
    assert answer["grade"] == claimed["grade"]
    if claimed.get("execution_points"):
        assert answer["execution"]["points"] == claimed["execution_points"]
    assert [item for item in answer["findings"] if item["severity"] == "error"] == []


def test_the_answer_has_the_contracts_keys_and_printed_figures(anonymous):
    answer = scored(anonymous, json.loads(FORMS[-1].read_text(encoding="utf-8")))
    assert answer.keys() >= TOP
    assert answer["execution"].keys() >= {"rate", "points", "full", "because", "rule"}
    assert all(line.keys() >= LINE_KEYS for line in answer["indicators"])
    assert all(group.keys() >= {"level1", "full", "points"} for group in answer["subtotals"])
    printed = [answer["total"], answer["full"], answer["execution"]["rate"]]
    printed += [line["points"] for line in answer["indicators"]]
    assert all(isinstance(figure, str) and figure[-3] == "." for figure in printed)
    assert len(answer["edition_hash"]) == 64


def test_numbers_keep_the_digits_they_were_written_with(anonymous):
    text = '{"funds":[{"source":"total","adjusted":0.1e1,"executed":12345678901234.123456789}],'
    text += '"indicators":[{"target":100.00,"actual":1E+2,"full":8.00}],'
    text += '"standard":"shanghai-self-evaluation","edition":"2024-01-01","fiscal_year":2024}'
    answer = post_raw(anonymous, text).json()
    given = [item["given"] for item in answer["findings"]]
    assert "0.1e1" in given
    assert answer["indicators"][0]["full"] == "8.00"
    exact = '{"funds":[{"source":"total","adjusted":98765432109876.54,"executed":12345678901234.12}],'
    exact += '"standard":"shanghai-self-evaluation","edition":"2024-01-01"}'
    because = post_raw(anonymous, exact).json()["execution"]["because"]
    assert "12,345,678,901,234.12÷98,765,432,109,876.54" in because


EMPTY = [
    STANDARD,
    STANDARD | {"funds": None, "indicators": None, "claimed": None, "fiscal_year": None},
    STANDARD | {"funds": [], "indicators": [], "claimed": {}},
    STANDARD | {"funds": [{}], "indicators": [{}]},
    STANDARD | {"funds": [dict.fromkeys(AMOUNTS)], "indicators": [dict.fromkeys(CELLS)]},
    STANDARD | {"indicators": [dict.fromkeys(CELLS, "")], "region_code": None, "kind": None},
    STANDARD | {"indicators": [LINE | {"parameters": None}], "project": None, "unit": None},
    STANDARD | {"fiscal_year": 2019},
    STANDARD | {"fiscal_year": "二〇二四"},
    STANDARD | {"fiscal_year": True, "unknown": {"a": [1]}, "expected": {"total": "1"}},
    {"standard": "shanghai-self-evaluation", "edition": None},
    {"fiscal_year": 2024},
    {"fiscal_year": "2024年度", "region_code": "310000"},
    {"edition": "2024-01-01", "region_code": "310000"},
]


@pytest.mark.parametrize("body", EMPTY, ids=range(len(EMPTY)))
def test_missing_and_empty_parts_are_no_refusal(anonymous, body):
    answer = scored(anonymous, body)
    assert answer["execution"]["rate"] is None
    assert answer["execution"]["points"] == "0.00"


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("cell", CELLS)
def test_any_cell_of_a_line_may_be_unreadable(anonymous, cell, odd):
    answer = scored(anonymous, STANDARD | {"indicators": [LINE, LINE | {cell: odd}]})
    assert answer["indicators"][0]["points"] == "81.00"


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("cell", AMOUNTS)
def test_any_cell_of_the_funds_may_be_unreadable(anonymous, cell, odd):
    row = {"source": "total", "initial": "5", "adjusted": "5", "executed": "4", "unit": "万元"}
    answer = scored(anonymous, STANDARD | {"funds": [row | {cell: odd}], "indicators": [LINE]})
    assert answer["indicators"][0]["points"] == "81.00"


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("cell", ["total", "full", "grade", "rate", "execution_points"])
def test_any_claimed_figure_may_be_unreadable(anonymous, cell, odd):
    scored(anonymous, STANDARD | {"claimed": {cell: odd}, "indicators": [LINE]})


@pytest.mark.parametrize("value", [True, False, 0, -1, 12.5])
def test_a_cell_may_be_a_number_or_a_truth_value(anonymous, value):
    scored(anonymous, STANDARD | {"indicators": [dict.fromkeys(CELLS, value)]})


def test_the_unit_declared_once_holds_for_every_row(anonymous):
    rows = [
        {"source": "total", "adjusted": "500", "executed": "400", "unit": "万元"},
        {"source": "appropriation", "adjusted": "500", "executed": "400"},
        {"source": "carried_over", "adjusted": "0", "executed": "0"},
    ]
    answer = scored(anonymous, STANDARD | {"funds": rows, "indicators": [LINE]})
    assert [item for item in answer["findings"] if item["path"].startswith("/funds/")] == []
    assert answer["execution"]["rate"] == "80.00"


def test_an_unreadable_year_is_a_finding(anonymous):
    answer = scored(anonymous, STANDARD | {"fiscal_year": "去年"})
    [finding] = [item for item in answer["findings"] if item["path"] == "/fiscal_year"]
    assert (finding["severity"], finding["given"]) == ("warning", "去年")


MALFORMED = [
    ("", 422),
    ("{", 400),
    ("nul", 400),
    ("[]", 422),
    ('"text"', 422),
    ("3", 422),
    ("null", 422),
    ('{"a":NaN}', 400),
    ('{"funds":[{"initial":Infinity}]}', 400),
    ('{"indicators":[{"full":-Infinity}]}', 400),
    ("[" * 100_000, 400),
    ('{"a":' * 50_000, 400),
    (b'{"project":"\xff\xfe"}', 400),
    ('{"project":"abc', 400),
    ("{'project':1}", 400),
]


@pytest.mark.parametrize(("text", "status"), MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_request_is_refused(anonymous, text, status):
    assert_problem(post_raw(anonymous, text), status)


REFUSED = [
    ({"funds": "无"}, "/funds"),
    ({"funds": {"a": 1}}, "/funds"),
    ({"funds": ["无"]}, "/funds/0"),
    ({"funds": [{}, None]}, "/funds/1"),
    ({"indicators": 5}, "/indicators"),
    ({"indicators": [[]]}, "/indicators/0"),
    ({"claimed": []}, "/claimed"),
    ({"claimed": {"total": {}}}, "/claimed/total"),
    ({"indicators": [LINE, LINE | {"actual": {"value": 1}}]}, "/indicators/1/actual"),
    ({"indicators": [LINE | {"target": [1]}]}, "/indicators/0/target"),
    ({"indicators": [LINE | {"reason": "\ud800"}]}, "/indicators/0/reason"),
    ({"indicators": [LINE | {"reason": "字" * 10_001}]}, "/indicators/0/reason"),
    ({"indicators": [LINE | {"parameters": "a"}]}, "/indicators/0/parameters"),
    ({"indicators": [LINE | {"parameters": {"a": []}}]}, "/indicators/0/parameters/a"),
    ({"indicators": [{}] * 2_001}, "/indicators"),
    ({"funds": [{"executed": {}}]}, "/funds/0/executed"),
    ({"standard": "atlantis"}, "/standard"),
    ({"edition": "2024-01-02"}, "/edition"),
    ({"standard": "", "edition": "明年"}, "/edition"),
    ({"standard": {}}, "/standard"),
]


@pytest.mark.parametrize(("change", "pointer"), REFUSED, ids=range(len(REFUSED)))
def test_what_no_form_can_hold_is_refused_at_its_place(anonymous, change, pointer):
    answer = post_raw(anonymous, json.dumps(STANDARD | change))
    assert_problem(answer, 422, "unacceptable", pointer)


def test_every_fault_is_named_at_once(anonymous):
    body = STANDARD | {"funds": [{"initial": []}], "indicators": [{"actual": {}, "full": []}]}
    problem = assert_problem(anonymous.post("/scorings", json=body), 422)
    pointers = [error["pointer"] for error in problem["errors"]]
    assert pointers == ["/funds/0/initial", "/indicators/0/actual", "/indicators/0/full"]
    assert "3 处" in problem["detail"]
    assert "第 1 行" in problem["errors"][1]["message"]


@pytest.mark.parametrize("body", [{}, {"fiscal_year": 1990}, {"fiscal_year": "不详"}])
def test_without_an_edition_the_year_must_name_one(anonymous, body):
    assert_problem(anonymous.post("/scorings", json=body), 422, pointer="/fiscal_year")


def test_a_body_beyond_the_limit_is_refused(anonymous):
    assert_problem(post_raw(anonymous, b" " * (2 * 1024 * 1024 + 1)), 413, "body_too_large")


def test_a_stream_beyond_the_limit_is_refused(anonymous):
    chunks = (b" " * 65_536 for _ in range(40))
    answer = anonymous.post(
        "/scorings", content=chunks, headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 413, "body_too_large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_read(anonymous, media_type):
    answer = anonymous.post("/scorings", content=b"{}", headers={"Content-Type": media_type})
    assert_problem(answer, 415, "unsupported_media_type")


def test_a_wrong_key_is_refused_though_none_is_needed(client):
    assert client.post("/scorings", json=STANDARD).status_code == 200
    for value in ("Bearer wrong", "Basic ZGVtbw==", "Bearer", ""):
        answer = client.post("/scorings", json=STANDARD, headers={"Authorization": value})
        assert_problem(answer, 401, "unauthenticated")
    assert client.post("/scorings", json=STANDARD, headers=bearer("score-key")).status_code == 200
