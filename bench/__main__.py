"""Runs every measure, prints a table, writes bench/results.json: `python -m bench [--quick]`."""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import documents, endpoints, imports, published, saving, scoring, sheet
from bench.pairs import FULL, QUICK, Measure, Pace
from bench.served import served

RESULTS = Path(__file__).resolve().parent / "results.json"
NOTES = (
    "ratio: our rate divided by that of the limit, the median of pairs of slices that take turns",
    "over HTTP: 8 connections unless said otherwise; client and server share the cores",
)
HEAD = ("measure", "ratio", "low", "high", "per s", "p50 ms", "p99 ms", "limit/s", "its p50")
WIDTHS = (42, 8, 8, 8, 8, 8, 8, 8, 8)


def main() -> None:
    """Measure, print as it goes, and write the results."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run of some ten seconds")
    run(QUICK if parser.parse_args().quick else FULL, RESULTS)


def run(pace: Pace, results: Path) -> list[Measure]:
    """Take every measure at a pace; print the table and write the file."""
    print(_line(HEAD))
    taken = []
    for taking in _measures(pace):
        print(_line(_cells(taking)), flush=True)
        taken.append(taking)
    print(*("", *_limits(taken), *NOTES), sep="\n")
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    measures = [taking.as_json() for taking in taken]
    whole = {"machine": machine, "notes": NOTES, "measures": measures}
    results.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return taken


def _measures(pace: Pace) -> Iterator[Measure]:
    yield from scoring.measures(pace)
    yield from published.measures(pace)
    yield from documents.measures(pace)
    with (
        tempfile.TemporaryDirectory() as data,
        tempfile.TemporaryDirectory() as scratch,
        served(Path(data)) as program,
    ):
        yield from endpoints.measures(pace, program)
        yield from saving.measures(pace, program, Path(scratch))
        yield from sheet.measures(pace, program, Path(scratch))
        yield from imports.measures(pace, Path(scratch))


def _cells(taken: Measure) -> tuple[str, ...]:
    rates = (taken.ratio, taken.ratio_low, taken.ratio_high)
    ours = (taken.per_second, taken.median_ms, taken.p99_ms)
    theirs = (taken.limit_per_second, taken.limit_median_ms)
    return taken.name, *map(_shown, (*rates, *ours, *theirs))


def _shown(value: float) -> str:
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def _line(cells: tuple[str, ...]) -> str:
    first, *rest = (f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return " ".join([first.strip().ljust(WIDTHS[0]), *rest])


def _limits(taken: list[Measure]) -> list[str]:
    """What each measure was held against."""
    return [f"{measure.name}: against {measure.limit}" for measure in taken]


if __name__ == "__main__":
    main()
