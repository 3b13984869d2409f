"""Reading a rule's figures from an edition (typed) or from a row of a form (text)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from app.domain.actuals import Tier
from app.domain.numbers import NotANumber, read_number
from app.domain.scored import Band, Parameters, TierBand

# Figures that a rule divides by.
_DIVISORS = frozenset({"base", "full_at", "step"})


class ParameterError(ValueError):
    """A rule's figures are missing, unknown or not numbers."""


def read(names: Sequence[str], values: Mapping[str, object]) -> Parameters:
    """The figures that a rule takes; a name ending in `?` may be left out."""
    known = {name.rstrip("?"): not name.endswith("?") for name in names}
    for key in values:
        if key not in known:
            raise ParameterError(f"规则没有参数“{key}”，可用：{'、'.join(known) or '无'}")
    for key, required in known.items():
        if required and key not in values:
            raise ParameterError(f"规则缺少参数“{key}”")
    return Parameters(
        figures={
            key: _figure(key, value)
            for key, value in values.items()
            if key not in ("bands", "tiers")
        },
        bands=_bands(values.get("bands", ())),
        tiers=_tiers(values.get("tiers", ())),
    )


def _figure(key: str, value: object) -> Decimal:
    figure = _number(value)
    if figure is None:
        raise ParameterError(f"参数“{key}”应为数字，现为“{value}”")
    if key in _DIVISORS and figure <= 0:
        raise ParameterError(f"参数“{key}”应大于0，现为“{value}”")
    return figure


def _number(value: object) -> Decimal | None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value) if Decimal(value).is_finite() else None
    try:
        return read_number(value) if isinstance(value, str) else None
    except NotANumber:
        return None


def _bands(value: object) -> tuple[Band, ...]:
    """Bands as tables `{limit, share}`, or as text `10:100;15:60` in a row of a form."""
    if isinstance(value, str):
        pairs = [part.partition(":") for part in value.split(";")]
        value = [{"limit": limit, "share": share} for limit, _, share in pairs]
    rows = _rows("bands", value, ("limit", "share"))
    bands = [Band(_figure("limit", row["limit"]), _figure("share", row["share"])) for row in rows]
    if bands != sorted(bands, key=lambda band: band.limit):
        raise ParameterError("参数“bands”应从小到大排列")
    return tuple(bands)


def _tiers(value: object) -> tuple[TierBand, ...]:
    rows = _rows("tiers", value, ("tier", "label", "low", "high"))
    for row in rows:
        if row["tier"] not in set(Tier):
            raise ParameterError(f"没有名为“{row['tier']}”的档次，可用：{'、'.join(Tier)}")
    return tuple(
        TierBand(
            tier=str(row["tier"]),
            label=str(row["label"]),
            low=_figure("low", row["low"]),
            high=_figure("high", row["high"]),
        )
        for row in rows
    )


def _rows(key: str, value: object, names: Sequence[str]) -> list[Mapping[str, object]]:
    """The rows of a parameter that is a list of tables, each with just these names."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ParameterError(f"参数“{key}”应为若干行，每行写明{'、'.join(names)}")
    for row in value:
        if not isinstance(row, Mapping) or set(row) != set(names):
            raise ParameterError(f"参数“{key}”的每一行应写明{'、'.join(names)}，现为“{row}”")
    return list(value)
