"""What the benchmark holds the strategy to, and what it says of memory."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import psutil
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from benchmarks.item_item_graph import best_scores, peak_mb
from gnn.splits import Split
from graph.training_data import preference_arrays

LIKES = {("a", "w"), ("a", "x"), ("b", "x"), ("b", "y"), ("c", "z")}
"""Users a to c, items w to z; each like is a train pair."""
WEIGHTS = np.array([[0, 1, 0.5, -2], [0.25, 0, 0.5, 0.75], [3, 0, 0, 0.25], [0, 0, 0, 0]], dtype=np.float32)
HOLD = """
held = b"x" * 300_000_000
del held
print(flush=True)
input()
"""


@given(st.integers(1, 6))
def test_expected_scores_are_those_above_zero_of_what_is_not_a_train_pair(first: int) -> None:
    users, items = zip(*sorted(LIKES), strict=True)
    train = preference_arrays(list(users), list(items), [1.0] * len(LIKES), [0] * len(LIKES))
    found = best_scores(Split(train, train), csr_array(WEIGHTS), np.arange(3), first)
    for user, scores in zip("abc", found, strict=True):
        liked = [("wxyz".index(item)) for own, item in LIKES if own == user]
        totals = [sum(WEIGHTS[known, item] for known in liked) for item in range(4) if item not in liked]
        assert scores.tolist() == sorted((float(total) for total in totals if total > 0), reverse=True)[:first]


def test_the_peak_counts_what_is_free_again() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        peak, now = peak_mb(psutil.Process(process.pid)), 1e-6 * psutil.Process(process.pid).memory_info().rss
        process.communicate(b"\n")
    assert 300 < peak < 400
    assert now < 200
