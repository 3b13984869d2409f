"""What most services are tested on: a tree of organisations, and people who act in it."""

import pytest
from sqlmodel import Session

from app.domain.actors import Actor, Role
from tests.factories import Tree, make_actor, make_tree


@pytest.fixture
def tree(session: Session) -> Tree:
    """A finance bureau, a department, units."""
    return make_tree(session)


@pytest.fixture
def staff(tree: Tree) -> Actor:
    """Somebody of the department."""
    return make_actor(tree.department, Role.DEPARTMENT)


@pytest.fixture
def finance(tree: Tree) -> Actor:
    """Somebody of the finance bureau."""
    return make_actor(tree.finance, Role.FINANCE)
