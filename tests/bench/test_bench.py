"""Every measure can be taken; how fast anything is, no test judges."""

import json
import math
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.__main__ import run
from bench.pairs import Pace

SHORTEST = Pace(slice_seconds=0.01, pairs=1)


def test_each_measure_is_taken_and_written_with_its_limit(tmp_path: Path) -> None:
    results = tmp_path / "results.json"

    # In a process of its own: a browser of earlier tests may hold the event loop of this one.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        taken = apart.submit(run, SHORTEST, results).result()

    written = json.loads(results.read_text(encoding="utf-8"))
    assert set(written["machine"]) == {"cores", "python"}
    assert [row["name"] for row in written["measures"]] == [measure.name for measure in taken]
    for row in written["measures"]:
        assert math.isfinite(row["ratio"])
        assert row["ratio"] > 0
        assert row["median_ms"] > 0
        assert row["limit"]
