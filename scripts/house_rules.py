"""Holds the rules of the house that no other checker knows: sizes, exactness, a clean tree."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MODULE_LINES = 300
TEMPLATE_LINES = 140
FUNCTION_LINES = 40
DOMAIN_FUNCTION_LINES = 25
ROUTE_LINES = 15

EXACT_ROOMS = ("app/domain/", "app/services/")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b|\braise NotImplementedError\b")
MACHINE_PATH = re.compile(
    r"(?<![\w./-])/(?:work|opt|root|home/\w+|Users/\w+)/\w|\.\./shared\b|\b[A-Z]:\\\w"
)
# Written so that this file does not name one itself.
REGISTRY_HOST = re.compile(
    r"\b(?:(?:registry|pypi|mirrors?|deb|ghcr|docker|quay|npm)(?:\.[\w-]+)*|(?:[\w-]+\.)*pythonhosted)"
    r"\.(?:org|com|io|cn|net|dev)\b"
)
THIRD_PARTY_ASSET = re.compile(
    r"(^|/)(node_modules|vendor)/|\.min\.(js|css)$|\.(woff2?|ttf|otf|eot|wasm)$|(^|/)htmx[^/]*\.js$"
)
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
INLINE_ATTRIBUTE = re.compile(r"<[a-zA-Z][^<>]*\s(style|on[a-z]+|hx-on[^\s=]*)\s*=", re.DOTALL)
INLINE_STYLE = re.compile(r"<style\b")
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc\s*=)|<script\b[^>]*>\s*[^\s<]")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the tree by its path from the root; text is "" for one that is not UTF-8."""

    path: str
    text: str

    def is_in(self, *rooms: str) -> bool:
        """Whether it lies in one of those folders."""
        return self.path.startswith(rooms)

    @property
    def suffix(self) -> str:
        """The ending of its name, dot included."""
        return PurePosixPath(self.path).suffix


# A complaint is a line number (0 for the whole file) and what is wrong.
Complaint = tuple[int, str]
Rule = Callable[[SourceFile], Iterator[Complaint]]


def line_of(text: str, position: int) -> int:
    """The line, counted from 1, on which a position of the text stands."""
    return text.count("\n", 0, position) + 1


def matches(pattern: re.Pattern[str], text: str, says: str) -> Iterator[Complaint]:
    """A complaint for each place where the pattern occurs."""
    for found in pattern.finditer(text):
        yield line_of(text, found.start()), says.format(found.group().strip())


def module_size(file: SourceFile) -> Iterator[Complaint]:
    """A Python module fits on a few screens."""
    lines = file.text.count("\n")
    if file.suffix == ".py" and lines > MODULE_LINES:
        yield 0, f"module of {lines} lines, at most {MODULE_LINES}"


def is_route(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a decorator of the kind router.get(…) stands on it."""
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and isinstance(decorator.func.value, ast.Name)
        and decorator.func.value.id.endswith("router")
        for decorator in node.decorator_list
    )


def function_size(file: SourceFile) -> Iterator[Complaint]:
    """A function is short; a route shorter; migrations are lists of tables and exempt."""
    if file.suffix != ".py" or file.is_in("migrations/"):
        return
    usual = DOMAIN_FUNCTION_LINES if file.is_in("app/domain/") else FUNCTION_LINES
    for node in ast.walk(ast.parse(file.text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        limit = ROUTE_LINES if is_route(node) else usual
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > limit:
            yield node.lineno, f"{node.name} has {lines} lines, at most {limit}"


def exact_numbers(file: SourceFile) -> Iterator[Complaint]:
    """Money and points are Decimal: no float where rules and use cases are."""
    if file.suffix != ".py" or not file.is_in(*EXACT_ROOMS):
        return
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float: use Decimal"
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"float literal {node.value}: use Decimal"


def pure_domain(file: SourceFile) -> Iterator[Complaint]:
    """The domain imports the standard library and itself, nothing else."""
    if file.suffix != ".py" or not file.is_in("app/domain/"):
        return
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            own = name == "app.domain" or name.startswith("app.domain.")
            if not own and name.split(".")[0] not in sys.stdlib_module_names:
                yield node.lineno, f"the domain imports {name}"


def finished(file: SourceFile) -> Iterator[Complaint]:
    """Nothing in the program is left for later."""
    if file.is_in("app/"):
        yield from matches(UNFINISHED, file.text, "unfinished work: {}")


def template_size(file: SourceFile) -> Iterator[Complaint]:
    """A template is one page or one widget."""
    lines = file.text.count("\n")
    if file.suffix == ".html" and file.is_in("app/") and lines > TEMPLATE_LINES:
        yield 0, f"template of {lines} lines, at most {TEMPLATE_LINES}"


def plain_templates(file: SourceFile) -> Iterator[Complaint]:
    """The content security policy allows no inline script or style, so none is written."""
    if file.suffix != ".html" or not file.is_in("app/"):
        return
    markup = JINJA.sub(lambda found: "\n" * found.group().count("\n"), file.text)
    for found in INLINE_ATTRIBUTE.finditer(markup):
        yield line_of(markup, found.start(1)), f"inline {found.group(1)}="
    yield from matches(INLINE_STYLE, markup, "inline style sheet")
    yield from matches(INLINE_SCRIPT, markup, "inline script")


def no_machine_paths(file: SourceFile) -> Iterator[Complaint]:
    """The tree means the same on every machine."""
    yield from matches(MACHINE_PATH, file.text, "path of one machine: {}")


def no_registry_hosts(file: SourceFile) -> Iterator[Complaint]:
    """Packages have names; where they come from is the machine's own setting."""
    yield from matches(REGISTRY_HOST, file.text, "package registry: {}")


def no_third_party_assets(file: SourceFile) -> Iterator[Complaint]:
    """Browser assets belong in the lock file, not in the tree."""
    if THIRD_PARTY_ASSET.search(file.path):
        yield 0, "third-party asset in the tree: lock it in package.json"


RULES: tuple[Rule, ...] = (
    module_size,
    function_size,
    exact_numbers,
    pure_domain,
    finished,
    template_size,
    plain_templates,
    no_machine_paths,
    no_registry_hosts,
    no_third_party_assets,
)


def files(root: Path) -> Iterator[SourceFile]:
    """Every file that git keeps or would keep."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout
    for name in sorted(set(filter(None, listed.split("\0")))):
        path = root / name
        if not path.is_file():
            continue  # deleted, not yet committed
        try:
            yield SourceFile(name, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            yield SourceFile(name, "")


def check(root: Path) -> list[str]:
    """Every complaint about the tree under root, as path:line: what is wrong."""
    return [
        f"{file.path}:{line}: {says}" if line else f"{file.path}: {says}"
        for file in files(root)
        for rule in RULES
        for line, says in rule(file)
    ]


def main() -> int:
    """Prints the complaints; the exit status tells whether there are any."""
    complaints = check(Path(__file__).resolve().parent.parent)
    print("\n".join(complaints) or "House rules: kept")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
