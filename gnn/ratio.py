"""Division where nothing to divide by means: not defined."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def ratio(over: NDArray[Any], under: NDArray[Any]) -> NDArray[np.float64]:
    """`over` / `under` element by element, NaN where `under` is not above 0."""
    undefined = np.full(np.shape(over), np.nan)
    quotient: NDArray[np.float64] = np.divide(over, under, out=undefined, where=under > 0)
    return quotient
