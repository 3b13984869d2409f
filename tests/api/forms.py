"""Forms as the tests of the API make them: declared, opened, answered, submitted."""

from itertools import count

from app.api.examples import example
from tests.api.support import based_on

NUMBERS = count(1)
INDICATORS = [
    {"level1": "产出指标", "level2": "数量指标", "name": "服务人次", "target": "≥120.00(万人次)",
     "full": "50.00"},
    {"level1": "效益指标", "level2": "社会效益指标", "name": "便民程度", "target": "明显改善",
     "full": "30.00"},
    {"level1": "满意度指标", "level2": "服务对象满意度指标", "name": "群众满意度",
     "target": "≥90.00(%)", "full": "10.00"},
]  # fmt: skip


def declared_project(client):
    """A new project with a budget and targets for 2024."""
    code = f"31000024T{500_000 + next(NUMBERS):012}"
    body = {**example("ProjectIn"), "code": code, "organisation_id": 3}
    project = client.post("/projects", json=body).json()["id"]
    budget = {**example("BudgetIn"), "project_id": project, "fiscal_year": 2024}
    assert client.post("/budgets", json=budget).status_code == 201
    declared = {"project_id": project, "fiscal_year": 2024, "goal": "便民。",
                "indicators": INDICATORS}  # fmt: skip
    assert client.post("/declarations", json=declared).status_code == 201
    return project


def where(form):
    return f"/self-evaluations/{form['id']}"


def answered(client, answer):
    """Every warning of the form answered; the last answer."""
    for finding in answer.json()["findings"]:
        if finding["severity"] == "warning":
            body = {
                "code": finding["code"],
                "path": finding["path"],
                "reason": "情况属实，已核对。",
            }
            answer = client.post(
                f"{where(answer.json())}/answers", json=body, headers=based_on(answer)
            )
            assert answer.status_code == 200, answer.text
    return answer


def submitted(client, answer):
    answer = answered(client, answer)
    sent = client.post(f"{where(answer.json())}/submissions", headers=based_on(answer))
    assert sent.status_code == 200, sent.text
    return sent
