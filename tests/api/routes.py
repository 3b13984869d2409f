"""Every route of the API with the addresses and bodies that its tests call it with."""

from typing import Any

from app.api import create_api
from app.api.examples import example
from app.api.openapi import operations

CONTRACT = create_api().openapi()
OPERATIONS = [(method.upper(), path, operation) for path, method, operation in operations(CONTRACT)]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]
PUBLIC = {"POST /scorings", "GET /standards", "GET /standards/{standard}/{edition}"}
OWN = {
    "organisation_id": "3",
    "project_id": "2",
    "budget_id": "2",
    "declaration_id": "2",
    "form_id": "2",
    "line_id": "9",
    "remark_id": "1",
    "user_id": "2",
    "grant_id": "2",
    "message_id": "1",
    "attachment_id": "1",
    "task_id": "1",
    "request_id": "1",
    "import_id": "1",
    "export_id": "1",
    "region_code": "310000",
    "source": "appropriation",
    "standard": "shanghai-self-evaluation",
    "edition": "2024-01-01",
    "file_format": "xlsx",
}


def address(path: str, **ids: str) -> str:
    """The path with ids of the demo, or with those given."""
    return path.format(**OWN | ids)


def body_of(operation: dict[str, Any]) -> Any:
    """The example body of an operation, or None when it takes none."""
    content = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        reference = media["schema"].get("$ref", "")  # files have none
        return example(reference.rpartition("/")[2])
    return None


def is_guarded(operation: dict[str, Any]) -> bool:
    """Whether the operation takes If-Match."""
    return any(item["name"] == "If-Match" for item in operation.get("parameters", []))
