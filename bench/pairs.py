"""Paired slices: ours and its limit take turns, so that a busy machine slows both alike."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from time import perf_counter
from typing import Any


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a slice lasts in seconds, and how many pairs of slices make a measure."""

    slice_seconds: float
    pairs: int


FULL = Pace(slice_seconds=1.0, pairs=7)
QUICK = Pace(slice_seconds=0.15, pairs=2)


@dataclass(slots=True)
class Slice:
    """What one slice saw: the seconds that each operation took, and the seconds it lasted."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Operations a second."""
        return len(self.times) / self.seconds


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: `ratio` is our rate divided by that of the limit, 1 being as fast."""

    name: str
    ratio: float
    ratio_low: float
    ratio_high: float
    per_second: float
    median_ms: float
    p99_ms: float
    limit: str
    limit_per_second: float
    limit_median_ms: float
    limit_p99_ms: float
    pairs: int

    def as_json(self) -> dict[str, Any]:
        """The measure for results.json, to four significant digits."""
        return {
            key: float(f"{value:.4g}") if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


Work = Callable[[], object]
Run = Callable[[float], Slice]


def repeated(work: Work) -> Run:
    """A run that does the work over and over for so many seconds, at least once."""

    def run(seconds: float) -> Slice:
        done = Slice()
        begin = last = perf_counter()
        while not done.times or last - begin < seconds:
            work()
            now = perf_counter()
            done.times.append(now - last)
            last = now
        done.seconds = last - begin
        return done

    return run


def measure(name: str, ours: Run, limit: Run, against: str, pace: Pace) -> Measure:
    """Alternate slices of both, each going first in turn; the ratio is the median of the pairs."""
    for run in (ours, limit):
        run(pace.slice_seconds / 4)
    taken: list[tuple[Slice, Slice]] = []
    for number in range(pace.pairs):
        if number % 2:
            second, first = limit(pace.slice_seconds), ours(pace.slice_seconds)
        else:
            first, second = ours(pace.slice_seconds), limit(pace.slice_seconds)
        taken.append((first, second))
    ratios = [first.rate / second.rate for first, second in taken]
    mine, theirs = (Times.of(slices) for slices in zip(*taken, strict=True))
    return Measure(
        name=name,
        ratio=median(ratios),
        ratio_low=min(ratios),
        ratio_high=max(ratios),
        per_second=mine.per_second,
        median_ms=mine.median_ms,
        p99_ms=mine.p99_ms,
        limit=against,
        limit_per_second=theirs.per_second,
        limit_median_ms=theirs.median_ms,
        limit_p99_ms=theirs.p99_ms,
        pairs=pace.pairs,
    )


@dataclass(frozen=True, slots=True)
class Times:
    """The slices of one side taken together."""

    per_second: float
    median_ms: float
    p99_ms: float

    @classmethod
    def of(cls, slices: tuple[Slice, ...]) -> "Times":
        """Rate by the median slice; median and 99th percentile over all operations."""
        times = [seconds * 1000 for part in slices for seconds in part.times]
        p99 = quantiles(times, n=100)[98] if len(times) > 1 else times[0]
        return cls(median(part.rate for part in slices), median(times), p99)
