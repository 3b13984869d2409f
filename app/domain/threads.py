"""The thread at a form (沟通记录): who writes to one another, and how much at a time."""

from app.domain.actors import Role

# Those who fill a form in and those who review it; others read what they wrote.
TALKERS = frozenset({Role.FILLER, Role.UNIT_LEAD, Role.DEPARTMENT, Role.FINANCE, Role.SYSTEM})
WORD_LENGTH = 1000
