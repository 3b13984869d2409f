"""What the commands share: a parser that speaks Chinese, and the way to say why not."""

import argparse
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn, Self

from app.errors import AppError

Command = Callable[[argparse.Namespace], int]

# What argparse complains of, in the words of a person.
COMPLAINTS = (
    (r"the following arguments are required: (.*)", r"缺少 \1"),
    (r"unrecognized arguments: (.*)", r"不认识 \1"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1 不能是 \2，可以是 \3"),
    (r"argument (.*?): expected .*", r"\1 后面缺少内容"),
    (r"argument (.*?): (.*)", r"\1：\2"),
)


class CannotRun(Exception):
    """What a person has to mend before the command can run, in Chinese."""

    @classmethod
    def because_of(cls, error: AppError) -> Self:
        """A service's refusal with each problem that it adds on a line of its own."""
        added = (problem for problem in error.errors if problem.message != error.message)
        lines = (f"  {problem.pointer}  {problem.message}" for problem in added)
        return cls("\n".join((error.message, *lines)))


class Help(argparse.HelpFormatter):
    """Help whose usage line begins in Chinese."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: Any = None) -> None:
        """The usage line."""
        super().add_usage(usage, actions, groups, prefix or "用法：")


class Parser(argparse.ArgumentParser):
    """A parser whose help and complaints are Chinese."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=Help, **settings)
        self.arguments = self.add_argument_group("参数")
        self.choices = self.add_argument_group("选项")
        self.choices.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command as typed; exit status 2."""
        for pattern, words in COMPLAINTS:
            message, found = re.subn(f"^{pattern}$", words, message)
            if found:
                break
        self.print_usage(sys.stderr)
        self.exit(2, f"{message}\n")


class Commands:
    """The commands of a parser, each of which names the function that runs it."""

    def __init__(self, whole: Parser) -> None:
        self._below = whole.add_subparsers(title="命令", metavar="命令", required=True)

    def add(self, name: str, run: Command, says: str) -> Parser:
        """A new command; give the answer its arguments and choices."""
        command: Parser = self._below.add_parser(name, help=says, description=says)
        command.set_defaults(run=run)
        return command
