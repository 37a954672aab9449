"""What was shown, told with what was not; its parts are tested with the evaluation, which has them too."""

from __future__ import annotations

import numpy as np
import pytest

from recommend.exposure import Exposed, exposed, gini


def test_what_was_shown_is_told_with_what_was_not() -> None:
    found = exposed({"a": 3, "b": 1}, {"a": 4, "b": 1}, items=8, users=4)
    assert found.coverage == 0.25
    assert found.gini == pytest.approx(gini(np.array([3, 1, 0, 0, 0, 0, 0, 0])))
    assert found.novelty == pytest.approx((3 * 0 + 1 * 2) / 4)
    assert exposed({}, {}, 8, 4) == Exposed(None, None, None)
