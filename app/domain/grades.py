"""Grade scales (评分等级): lower bounds, inclusive unless the scale says otherwise."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Grade:
    """One step of a scale: `lower` in points, itself inside the step when `inclusive`."""

    name: str
    lower: Decimal
    inclusive: bool = True

    def holds(self, total: Decimal) -> bool:
        """Whether a total reaches this step."""
        return total >= self.lower if self.inclusive else total > self.lower


@dataclass(frozen=True, slots=True)
class GradeScale:
    """Steps from the best to the worst (优 良 中 差, 优秀 良好 合格 不合格, …)."""

    steps: tuple[Grade, ...]

    def grade(self, total: Decimal) -> str:
        """The name of the best step that the total reaches; the last one takes the rest."""
        return next((step.name for step in self.steps if step.holds(total)), self.steps[-1].name)

    def find(self, name: str) -> Grade | None:
        """The step of that name, or None when the scale has no such word."""
        return next((step for step in self.steps if step.name == name), None)

    def band(self, name: str) -> str:
        """A step in words, as printed under official forms: `80（含）—90分`."""
        index = next(i for i, step in enumerate(self.steps) if step.name == name)
        step = self.steps[index]
        mark = "（含）" if step.inclusive else ""
        upper = self.steps[index - 1].lower if index else None
        if upper is None:
            return f"{step.lower:f}分{mark}以上"
        return f"{step.lower:f}{mark}—{upper:f}分"
