"""Draws what bandits lost, request by request."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import numpy as np

from benchmarks.bandit_worlds import Played

mpl.use("svg")
from matplotlib import pyplot as plt

POINTS = 200
STYLES = {"thompson": ("C0", "-"), "textbook thompson": ("C0", "--"), "epsilon-greedy": ("C1", "-")}
STYLES |= {"textbook epsilon-greedy": ("C1", "--")}


def draw(played: Mapping[str, Mapping[str, Played]], path: Path) -> None:
    """One picture per kind of world, with 95 % intervals over worlds, into an SVG."""
    figure, axes = plt.subplots(1, len(played), figsize=(11, 4), sharey=True, layout="constrained")
    for axis, (kind, bandits) in zip(axes, played.items(), strict=True):
        for name, (colour, line) in STYLES.items():
            regret = bandits[name].regret
            places = np.linspace(0, regret.shape[1] - 1, POINTS).astype(int)
            mean = regret[:, places].mean(axis=0)
            half = 1.96 * regret[:, places].std(axis=0, ddof=1) / np.sqrt(len(regret))
            axis.plot(places + 1, mean, color=colour, linestyle=line, label=name)
            axis.fill_between(places + 1, mean - half, mean + half, color=colour, alpha=0.15)
        axis.set_title(f"groups of users like {'the same' if kind == 'alike' else 'their own'} arms")
        axis.set_xlabel("requests")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("regret (rewards lost)")
    axes[0].legend(frameon=False)
    mpl.rcParams["svg.hashsalt"] = "edgewise"
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
