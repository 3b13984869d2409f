"""Templates over the API: taken out as workbooks, sent back as imports, reported as JSON."""

from base64 import b64encode

from tests.api.support import assert_problem
from tests.services.template_cases import ACTUAL, KIND, changed, line

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draft(client) -> int:
    rows = client.get("/self-evaluations", params={"state": "draft"}).json()["items"]
    return rows[0]["id"]


def test_there_and_back(client):
    form_id = draft(client)
    answer = client.post(f"/self-evaluations/{form_id}/template")
    assert (answer.status_code, answer.headers["content-type"]) == (200, WORKBOOK)
    assert answer.headers["cache-control"] == "no-store"

    def typed(sheet):
        line(sheet, 0, ACTUAL).value = "7.77(%)"

    content = b64encode(changed(answer.content, typed)).decode()
    sent = {"kind": KIND, "file_name": "填好.xlsx", "content": content, "dry_run": False}
    report = client.post("/imports", json=sent).json()
    assert (report["state"], report["changed"]) == ("applied", 1)
    (effect,) = [item for item in report["effect_list"] if item["changes"]]
    assert (effect["row"], effect["changes"][0]["after"]) == (5, "7.77(%)")
    form = client.get(f"/self-evaluations/{form_id}").json()
    assert form["indicators"][0]["actual"] == "7.77(%)"


def test_a_year_and_what_cannot_be_taken(client):
    answer = client.post("/filling-templates", json={"fiscal_year": 2024})
    assert answer.content.startswith(b"PK")
    none = client.post("/filling-templates", json={"fiscal_year": 2024, "organisation_id": 99999})
    assert_problem(none, 409, "conflict")
    assert_problem(client.post("/self-evaluations/99999/template"), 404, "not_found")
    assert_problem(
        client.post("/filling-templates", json={"fiscal_year": "x"}), 422, "unacceptable",
        "/fiscal_year",
    )  # fmt: skip
