"""How the learning rate falls over a training."""

from __future__ import annotations

import math

from gnn.model_settings import LightGCNSettings


def learning_rate(settings: LightGCNSettings, progress: float) -> float:
    """The step size of Adam after a share `progress` (0 to 1) of all steps of all epochs.

    It falls from `learning_rate` to its `final_rate` share: not at all, in a straight line, or along half a cosine
    (Loshchilov & Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, arXiv 1608.03983, eq. 5).
    """
    left = {"constant": 1.0, "linear": 1.0 - progress, "cosine": 0.5 * (1.0 + math.cos(math.pi * progress))}
    return settings.learning_rate * (settings.final_rate + (1.0 - settings.final_rate) * left[settings.schedule])
