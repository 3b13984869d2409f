"""The command line: one module a family of commands, each with the options it takes."""

import sys
from collections.abc import Sequence

from app.cli import accounts, exporting, importing, mailing, scoring, serving, verifying
from app.cli.options import CannotRun, Commands, Parser
from app.errors import AppError
from app.settings import SettingsError

CANNOT = 2


def parser() -> Parser:
    """The whole command line."""
    whole = Parser(prog="jixiao", description="预算绩效管理：自评、评分、核对")
    commands = Commands(whole)
    for family in (serving, scoring, accounts, importing, exporting, mailing, verifying):
        family.add_to(commands)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is its own, or 2 when it could not run."""
    options = parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except (CannotRun, SettingsError) as error:
        print(error, file=sys.stderr)
        return CANNOT
    except AppError as error:
        print(CannotRun.because_of(error), file=sys.stderr)
        return CANNOT
    return status
