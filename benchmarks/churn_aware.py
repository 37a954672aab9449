"""What it costs to give those who are likely to leave what those like who stay: `python -m benchmarks.churn_aware`.

Deskdrop up to a cut is loaded, everything is derived, item-item and churn are trained and everyone is scored. Each
scored user is then asked for with and without `retention`, and the lists are held against what they turned to in the
two weeks after the cut. `retention` of a list is the mean share of its items' users who stayed, as of cuts before. It
is a what-if: whether people stay because of it only an experiment can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from benchmarks.deskdrop_turns import Happened, filled, happened
from benchmarks.report import Report
from benchmarks.serving_world import edgewise, environment_of
from graph.churn import riskiest
from graph.client import Graph, connect
from graph.embedded import EmbeddedNeo4j
from graph.item_catalogue import all_items
from graph.settings import EmbeddedSettings
from recommend.protocol import Ask, RerankAsk
from recommend.serving import serving_service

WEIGHTS = (0.0, 0.5, 1.0, 2.0)
HORIZON = timedelta(days=14)
AT_RISK = 0.6
TOP_K = 10
RESAMPLES = 1_000
CHURN = {"HORIZON_DAYS": "14", "WINDOW_DAYS": "28", "STEP_DAYS": "7"}
Lists = Mapping[str, Sequence[str]]


def asked(graph: Graph, users: Sequence[str], weight: float) -> Lists:
    """The list of each user by this weight of retention."""
    service = serving_service(graph)
    answers = service.recommend([Ask(user, TOP_K, rerank=RerankAsk(retention=weight)) for user in users])
    return {answer.user_id: [one.item_id for one in answer.recommendations] for answer in answers}


def ndcg(listed: Sequence[str], wanted: set[str]) -> float:
    """NDCG at TOP_K of one list."""
    gains = 1 / np.log2(np.arange(2, TOP_K + 2))
    found = sum(gain for item, gain in zip(listed, gains, strict=False) if item in wanted)
    return float(found / gains[: len(wanted)].sum())


def turned_to(before: Sequence[Happened], after: Sequence[Happened]) -> dict[str, set[str]]:
    """What each user turns to for the first time within the horizon, of what there was before."""
    known, items = {(one.user, one.item) for one in before}, {one.item for one in before}
    until = after[0].at + HORIZON
    found: dict[str, set[str]] = {}
    for one in after:
        if one.at < until and one.item in items and (one.user, one.item) not in known:
            found.setdefault(one.user, set()).add(one.item)
    return found


def compared(report: Report, graph: Graph, wanted: Mapping[str, set[str]]) -> None:
    """Note each weight, for everyone and for those at risk."""
    risks = dict(riskiest(graph, 100_000))
    shares = {one.id: one.numbers.get("retention") for one in all_items(graph)}
    lists = {weight: asked(graph, sorted(risks), weight) for weight in WEIGHTS}
    groups = {"all": sorted(risks), "at risk": sorted(user for user, risk in risks.items() if risk >= AT_RISK)}
    for group, users in groups.items():
        judged = [user for user in users if wanted.get(user)]
        report.row("deskdrop", group, "users", value=len(users), unit="users")
        report.row("deskdrop", group, "users who turn to something", value=len(judged), unit="users")
        plain = np.array([ndcg(lists[0.0][user], wanted[user]) for user in judged])
        for weight in WEIGHTS:
            case = f"{group}, retention {weight:g}"
            kept = [shares[item] for user in users for item in lists[weight][user] if shares.get(item) is not None]
            report.row("deskdrop", case, "mean retention", value=float(np.mean(np.array(kept, float))), unit="share")
            found = np.array([ndcg(lists[weight][user], wanted[user]) for user in judged])
            low, high = _bounds(found - plain)
            report.row("deskdrop", case, f"ndcg@{TOP_K}", value=float(found.mean()), unit="")
            report.row("deskdrop", case, "difference low", value=low, unit="")
            report.row("deskdrop", case, "difference high", value=high, unit="")


def _bounds(differences: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    random = np.random.default_rng(0)
    means = [random.choice(differences, len(differences)).mean() for _ in range(RESAMPLES)]
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def main(
    *,
    data: Annotated[Path, typer.Option(help="Folder of Deskdrop.")],
    share: Annotated[float, typer.Option(help="Share of the events that comes before the cut.")] = 0.7,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Load, train, score, ask and compare."""
    report, everything = Report("churn_aware"), happened(data)
    cut = round(share * len(everything))
    before, after = everything[:cut], everything[cut:]
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        environment = environment_of(home, **{f"EDGEWISE_CHURN_{name}": value for name, value in CHURN.items()})
        server = EmbeddedNeo4j(EmbeddedSettings(home=home))
        try:
            filled(before, Path(folder), environment, "item-item")
            edgewise(environment, "churn", "train")
            edgewise(environment, "churn", "score")
            graph = connect(server.start())
            compared(report, graph, turned_to(before, after))
            graph.close()
        finally:
            server.stop()
    report.write(out)
    report.show(Console())


if __name__ == "__main__":
    typer.run(main)
