"""A page on churn: tables and plots of how well each model does on later cuts, in one HTML file without scripts."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from importlib.resources import files
from io import StringIO
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gnn.churn.baselines import TREES
from gnn.churn.classifier import ChurnClassifier
from gnn.churn.judging import BINS, METRICS, Judged, Metric, brier, interval, perfect_calibration
from graph.errors import InputError
from graph.settings import ChurnSettings

LOWER_IS_BETTER = frozenset({"brier", "calibration_error"})
SHOWN_FEATURES = 15
Draw = Callable[[Any], None]


def write_report(
    path: Path, judged: dict[str, list[Judged]], classifier: ChurnClassifier, settings: ChurnSettings, seed: int
) -> None:
    """Write the page. Raises InputError where the file cannot be written."""
    page = Template((files("gnn.churn") / "report.html").read_text(encoding="utf-8")).substitute(
        horizon=f"{settings.horizon_days:g}",
        window=f"{settings.window_days:g}",
        users=f"{sum(len(one.gone) for one in judged[TREES]):,}",
        cuts=len(judged[TREES]),
        metrics=_table(["model", *METRICS], _metric_rows(judged, seed)),
        differences=_table(["trees less …", *METRICS], _difference_rows(judged, seed)),
        calibration=_table(["moment", "users", "gone", "error", "perfect: up to", "brier"], _cut_rows(judged, seed)),
        reliability=_plot(lambda axes: _reliability(axes, judged)),
        lift=_plot(lambda axes: _gains(axes, judged)),
        features=_plot(lambda axes: _weights(axes, classifier)),
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"The report cannot be written to {path}: {error.strerror}.") from error


def _metric_rows(judged: dict[str, list[Judged]], seed: int) -> list[list[str]]:
    return [[name, *(_told(cuts, metric, seed) for metric in METRICS.values())] for name, cuts in judged.items()]


def _difference_rows(judged: dict[str, list[Judged]], seed: int) -> list[list[str]]:
    ours = judged[TREES]
    return [
        [name, *(_told(ours, metric, seed, cuts) for metric in METRICS.values())]
        for name, cuts in judged.items()
        if name != TREES
    ]


def _cut_rows(judged: dict[str, list[Judged]], seed: int) -> list[list[str]]:
    error = METRICS["calibration_error"]
    return [
        [
            f"{place} before the newest" if place else "newest",
            f"{len(one.gone):,}",
            f"{one.gone.mean():.1%}",
            f"{error(one.gone, one.risks):.3f}",
            f"{perfect_calibration(one.risks, seed):.3f}",
            f"{brier(one.gone, one.risks):.3f}",
        ]
        for place, one in enumerate(judged[TREES])
    ]


def _told(cuts: Sequence[Judged], metric: Metric, seed: int, other: Sequence[Judged] | None = None) -> str:
    found, sign = interval(cuts, metric, seed, other), "+" if other else ""
    return f"{found.value:{sign}.3f} ({found.low:{sign}.3f} to {found.high:{sign}.3f})"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{html.escape(name.replace('_', ' '))}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _plot(draw: Draw) -> str:
    """The plot as SVG that stands inside a page."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.2), layout="constrained")
    draw(figure.add_subplot())
    out = StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue().partition("<svg")[1] + out.getvalue().partition("<svg")[2]


def _reliability(axes: Any, judged: dict[str, list[Judged]]) -> None:
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle=":", label="just right")
    for name, cuts in judged.items():
        risks, gone = _joined(cuts)
        parts = np.array_split(np.argsort(risks, kind="stable"), BINS)
        said, came = ([values[part].mean() for part in parts] for values in (risks, gone))
        axes.plot(said, came, marker="o", markersize=4, label=name)
    axes.set(xlabel="risk", ylabel="share gone", xlim=(0, 1), ylim=(0, 1))
    axes.legend()


def _gains(axes: Any, judged: dict[str, list[Judged]]) -> None:
    for name, cuts in judged.items():
        risks, gone = _joined(cuts)
        reached = np.cumsum(gone[np.argsort(-risks, kind="stable")]) / gone.sum()
        axes.plot(np.arange(1, len(gone) + 1) / len(gone), reached, label=name)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle=":", label="anyone")
    axes.set(xlabel="share of users asked, at most risk first", ylabel="share of those gone that is reached")
    axes.legend()


def _weights(axes: Any, classifier: ChurnClassifier) -> None:
    """The regression's part for a feature one standard deviation above the mean: which way each points."""
    weights = np.asarray(classifier.linear.weights)
    order = np.argsort(-np.abs(weights))[:SHOWN_FEATURES][::-1]
    colours = ["tab:red" if weights[place] > 0 else "tab:blue" for place in order]
    axes.barh([classifier.names[place] for place in order], weights[order], color=colours)
    axes.set(xlabel="log-odds of leaving per standard deviation")


def _joined(cuts: Sequence[Judged]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    return np.concatenate([one.risks for one in cuts]), np.concatenate([one.gone for one in cuts])
