"""The live route table: every route of the program with the policy that it declares."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount

from app.domain.policies import Policy
from app.doors import doors

WAYS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Declared:
    """One method of one route; `policies` holds one, or the test fails."""

    face: str
    method: str
    path: str
    policies: tuple[Policy, ...]
    route: Any

    @property
    def policy(self) -> Policy:
        """Who may come."""
        (only,) = self.policies
        return only

    @property
    def name(self) -> str:
        """How a test calls it."""
        return f"{self.face} {self.method} {self.path}"


def routes(app: FastAPI, face: str) -> list[Declared]:
    """What an application answers, included routers and mounted parts too."""
    return [found for route in app.routes for found in _of(route, face)]


def _of(route: BaseRoute, face: str) -> Iterator[Declared]:
    if hasattr(route, "original_router"):
        for inner in route.original_router.routes:
            yield from _of(inner, face)
    elif isinstance(route, Mount):
        policy = getattr(route.app, "policy", None)
        yield Declared(face, "GET", f"{route.path}/", (policy,) if policy else (), route)
    else:
        dependant = getattr(route, "dependant", None)
        policies = tuple(door.policy for door in doors(dependant)) if dependant else ()
        for method in sorted(vars(route)["methods"]):
            yield Declared(face, method, str(vars(route)["path"]), policies, route)
