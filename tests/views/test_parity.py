"""One service, two faces: the figures on the pages are the figures of the JSON."""

import pytest
from fastapi.testclient import TestClient

from app.api import create_api

FORMS = range(1, 10)


@pytest.fixture
def json_of(views, now):
    """What the API answers from the same database."""
    api = create_api()
    api.state.engine, api.state.clock = views.state.engine, lambda: now
    client = TestClient(api, headers={"Authorization": "Bearer demo-key"})

    def get(path):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return get


def figure(text):
    """A printed figure without its separators."""
    return text.replace(",", "").strip()


@pytest.mark.parametrize("form_id", FORMS)
def test_the_lines_of_the_page_are_the_lines_of_the_json(filler, json_of, form_id):
    page = filler.get(f"/self-evaluations/{form_id}/check")
    for line in json_of(f"/self-evaluations/{form_id}")["indicators"]:
        own = f"#line-{line['id']}"
        assert page.text(f"{own}-target") == " ".join(line["target"].split())
        assert page.text(f"{own}-full") == line["full"]
        if line["determined"]:
            assert page.text(f"{own}-points") == line["points"]


@pytest.mark.parametrize("form_id", FORMS)
def test_the_funds_of_the_page_are_the_funds_of_the_json(filler, json_of, form_id):
    page = filler.get(f"/self-evaluations/{form_id}/check")
    for fund in json_of(f"/self-evaluations/{form_id}")["funds"]:
        row = page.one(f"#fund-{fund['source']}-executed").find_parent("tr")
        cells = [figure(cell.get_text()) for cell in row.select("td.figure")]
        assert cells == [fund["initial"], fund["adjusted"], fund["executed"], fund["rate"]]


@pytest.mark.parametrize("form_id", FORMS)
def test_the_score_of_the_page_is_the_score_of_the_json(filler, json_of, form_id):
    page = filler.get(f"/self-evaluations/{form_id}")
    form, score = (json_of(f"/self-evaluations/{form_id}{path}") for path in ("", "/score"))
    shown = page.text("#summary .total").split(" / ")
    assert shown[0] == form["total"] == score["total"]
    execution = page.text("#summary dl").replace(" ", "")
    assert f"执行得分{form['execution']['points']}/" in execution
    assert f"{form['execution']['rate']}%" in execution


@pytest.mark.parametrize("form_id", FORMS)
def test_the_printed_form_ends_in_the_total_and_grade_of_the_json(filler, json_of, form_id):
    score = json_of(f"/self-evaluations/{form_id}/score")
    page = filler.get(f"/self-evaluations/{form_id}/print")
    rows = {
        row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in page.soup.select("table.official tr")
        if row.th is not None
    }
    assert rows["总分"][:2] == [score["full"], score["total"]]


def test_the_task_list_shows_the_listed_scores(filler, json_of):
    listed = {item["id"]: item for item in json_of("/scores?fiscal_year=2024")["items"]}
    page = filler.get("/?year=2024")
    seen = {}
    for row in page.soup.select("table.tasks tr"):
        link = row.select_one("th a")
        if link is not None:
            total = row.select_one("td.total").get_text(" ", strip=True)
            seen[int(link["href"].rpartition("/")[2])] = total.removeprefix("暂计").strip()
    assert seen == {form_id: item["total"] for form_id, item in listed.items()}
