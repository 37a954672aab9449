"""How sharp a model's scores are: by what they are multiplied to be logits.

Temperature scaling (Guo et al., On Calibration of Modern Neural Networks, 2017) of a softmax over items: the factor at
which what users like is most likely.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from gnn.factors import Factors
from graph.training_data import PreferenceArrays

SAMPLE = 500
"""Preferences that it is chosen by: one number needs no more."""
DECADES = (-3.0, 4.0)
"""Powers of ten between which it is looked for, of the inverse of the scores' spread."""


def sharpened(factors: Factors, data: PreferenceArrays, seed: int) -> Factors:
    """`factors` with the sharpness by which `data`, whose rows are theirs, is most likely; 1 where all scores agree."""
    chosen = np.random.default_rng(seed).permutation(len(data))[:SAMPLE]
    users, items = data.users[chosen], data.items[chosen]
    scores = factors.users[users].astype(np.float64) @ factors.items[: len(data.item_ids)].T.astype(np.float64)
    spread = float(scores.std(axis=1).mean())
    if spread == 0:
        return factors
    liked = scores[np.arange(len(chosen)), items]

    def surprise(decade: float) -> float:
        sharpness = 10**decade / spread
        return float(np.mean(logsumexp(sharpness * scores, axis=1) - sharpness * liked))

    found = minimize_scalar(surprise, bounds=DECADES, method="bounded")
    return replace(factors, sharpness=float(10**found.x / spread))
