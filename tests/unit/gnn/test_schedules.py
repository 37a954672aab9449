from __future__ import annotations

import pytest

from gnn.model_settings import LightGCNSettings
from gnn.schedules import learning_rate


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [("constant", [0.01, 0.01, 0.01]), ("linear", [0.01, 0.006, 0.002]), ("cosine", [0.01, 0.006, 0.002])],
)
def test_a_schedule_falls_to_its_share(schedule: str, rates: list[float]) -> None:
    settings = LightGCNSettings(schedule=schedule, learning_rate=0.01, final_rate=0.2)
    assert [learning_rate(settings, progress) for progress in (0.0, 0.5, 1.0)] == pytest.approx(rates)


def test_a_cosine_starts_flat_and_a_line_does_not() -> None:
    line, cosine = (LightGCNSettings(schedule=s, learning_rate=0.01, final_rate=0) for s in ("linear", "cosine"))
    assert learning_rate(line, 0.25) == pytest.approx(0.0075)
    assert learning_rate(cosine, 0.25) == pytest.approx(0.01 * (1 + 2**-0.5) / 2)
