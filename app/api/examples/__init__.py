"""Examples of the published contract: one JSON file a model, named like it."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def example(model: str) -> Any:
    """The example of a model, or None when it has none of its own."""
    file = files(__name__) / f"{model}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
