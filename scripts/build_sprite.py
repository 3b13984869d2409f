"""Gathers the line icons named in a list into one SVG file of symbols."""

import difflib
import re
import sys
from pathlib import Path

# What every icon has in common stands on the symbol, so that a page may still colour it.
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{body}</symbol>'
)
LICENCE = re.compile(r"<!--.*?-->", re.DOTALL)
ICON = re.compile(r"<svg[^>]*>(?P<body>.*)</svg>", re.DOTALL)


class UnknownIcon(Exception):
    """A name in the list that the icon package does not have."""


def names(text: str) -> list[str]:
    """The icon names of a list: one a line, in order, comments and blank lines left out."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return sorted({line for line in lines if line})


def symbol(name: str, folder: Path) -> str:
    """One icon as a symbol; raises UnknownIcon with the names that come near."""
    path = folder / f"{name}.svg"
    if not path.is_file():
        near = difflib.get_close_matches(name, (entry.stem for entry in folder.glob("*.svg")))
        raise UnknownIcon(f"no icon {name!r}; near it: {', '.join(near) or 'none'}")
    found = ICON.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise UnknownIcon(f"{path} is not an icon")
    return SYMBOL.format(name=name, body=" ".join(found["body"].split()))


def sprite(text: str, folder: Path) -> str:
    """The whole file: the licence line of the package, then a symbol for each name."""
    symbols = [symbol(name, folder) for name in names(text)]
    some_icon = next(folder.glob("*.svg")).read_text(encoding="utf-8")
    notice = LICENCE.findall(some_icon)[:1]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *notice, *symbols, "</svg>", ""])


def main(arguments: list[str]) -> int:
    """Reads LIST and FOLDER, writes OUTPUT."""
    listed, folder, output = (Path(argument) for argument in arguments)
    try:
        output.write_text(sprite(listed.read_text(encoding="utf-8"), folder), encoding="utf-8")
    except UnknownIcon as error:
        print(f"{listed}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
