"""What both faces share of their doors: a route declares exactly one policy, or is not made."""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.domain.policies import ANYBODY, Policy


@runtime_checkable
class Door(Protocol):
    """A dependency that lets in whom its policy lets in, before anything else is done."""

    @property
    def policy(self) -> Policy:
        """Who comes in."""


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Lets in anybody: nobody has to say who they are."""

    policy: Policy = ANYBODY

    async def __call__(self) -> None:
        """Nothing is asked."""


class Undeclared(Exception):
    """A route without exactly one policy: a fault of the program, found when it starts."""


class GuardedRoute(APIRoute):
    """A route that is not made without `dependencies=[allows(…)]`."""

    def __init__(self, path: str, *given: Any, **named: Any) -> None:
        super().__init__(path, *given, **named)
        if len(doors(self.dependant)) != 1:
            raise Undeclared(f"{path}: declare one policy, dependencies=[allows(…)]")

    @property
    def policy(self) -> Policy:
        """Who may come."""
        (door,) = doors(self.dependant)
        return door.policy


def doors(dependant: Dependant) -> list[Door]:
    """The doors of a route; they stand before every other dependency."""
    calls: list[object] = [below.call for below in dependant.dependencies]
    return [call for call in calls if isinstance(call, Door)]
