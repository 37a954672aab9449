"""What `auto` loses while it learns, and whether off-policy estimates are right: `python -m benchmarks.bandit`.

In simulated worlds, where the value of every arm is known, for each group of users. `alike`: all groups like the same
arms; `apart`: each its own. Regret is what the best arm for everyone would have earned more. Ours learns from a hundred
answers at a time, as in serving, and keeps a hundredth for each arm; the textbook's algorithms learn after every
answer, for each group by itself. The same request has the same luck for all, so that they are compared world by world,
with an interval.

Then policies that were never served are judged from the logs of ours: how often the interval of each estimator holds
the true value. Where obp is installed, the same logs are given to it, and the largest difference is told.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from scipy.stats import t as student

from benchmarks.bandit_plot import draw
from benchmarks.bandit_worlds import ARMS, GROUPS, SHARES, Floats, Played, Worlds, bandits, play
from benchmarks.report import RESULTS, Report, versions
from recommend.off_policy import ESTIMATORS, Log, expected_rewards

PEERS = {
    "thompson": "textbook thompson",
    "thompson, nothing kept back": "textbook thompson",
    "epsilon-greedy": "textbook epsilon-greedy",
}
CONFIDENCES = (0.9, 0.95)


def mean_and_half(values: Floats, confidence: float = 0.95) -> tuple[float, float]:
    """The mean over worlds, and half of its interval."""
    width = student.ppf((1 + confidence) / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(width)


def regrets(report: Report, worlds: int, requests: int, seed: int) -> dict[str, dict[str, Played]]:
    """Play all bandits in both kinds of world, and note what they lost."""
    played: dict[str, dict[str, Played]] = {}
    for name, alike in (("alike", True), ("apart", False)):
        drawn = Worlds.drawn(worlds, requests, seed, alike=alike)
        found: dict[str, Played] = {}
        for case, (choose, every) in track(bandits(seed).items(), f"Playing in worlds {name}", transient=True):
            found[case] = play(drawn, choose, np.random.default_rng(seed + 1), every)
        for case, one in found.items():
            mean, half = mean_and_half(one.regret[:, -1])
            report.row(name, case, "regret", value=mean, unit="rewards", seed=seed)
            report.row(name, case, "regret ±", value=half, unit="rewards", seed=seed)
            if case in PEERS:
                peer = found[PEERS[case]].regret[:, -1]
                apart, half = mean_and_half(one.regret[:, -1] - peer)
                ratio = float(peer.mean() / one.regret[:, -1].mean())
                report.row(
                    name, case, "regret more", value=apart, unit="rewards", peer=PEERS[case], ratio=ratio, seed=seed
                )
                report.row(name, case, "regret more ±", value=half, unit="rewards", seed=seed)
        played[name] = found
    return played


def policies(values: Floats) -> dict[str, Floats]:
    """float64[g, k]: policies that were never served, in a world of these values."""
    best = np.eye(len(ARMS))[values.argmax(axis=1)]
    fixed = {f"always {arm}": np.tile(np.eye(len(ARMS))[k], (len(GROUPS), 1)) for k, arm in enumerate(ARMS)}
    return {"the best of each group": best, "even": np.full((len(GROUPS), len(ARMS)), 1 / len(ARMS)), **fixed}


def coverage(report: Report, drawn: Worlds, logs: list[Log], dataset: str, seed: int) -> None:
    """Note how often intervals hold the true value, and how far estimates are from it."""
    held = {(name, confidence): [0, 0] for name in ESTIMATORS for confidence in CONFIDENCES}
    errors: dict[str, list[float]] = {name: [] for name in ESTIMATORS}
    for values, log in track(list(zip(drawn.values, logs, strict=True)), "Judging policies", transient=True):
        for policy in policies(values).values():
            truth = float((np.asarray(SHARES)[:, None] * policy * values).sum())
            for name, estimator in ESTIMATORS.items():
                for confidence in CONFIDENCES:
                    found = estimator(log, policy[log.contexts], confidence)
                    held[name, confidence][0] += found.low <= truth <= found.high
                    held[name, confidence][1] += 1
                errors[name].append(found.value - truth)
    for (name, confidence), (inside, of) in held.items():
        report.row(dataset, name, f"coverage of {confidence:.0%}", value=inside / of, unit="share", seed=seed)
    for name, own in errors.items():
        report.row(dataset, name, "rmse", value=float(np.sqrt(np.mean(np.square(own)))), unit="reward", seed=seed)


def against_obp(report: Report, drawn: Worlds, logs: list[Log], dataset: str, seed: int) -> None:
    """Note the largest difference from what obp says of the same logs."""
    from obp import ope  # type: ignore[import-not-found]

    theirs = {
        "ipw": ope.InverseProbabilityWeighting(),
        "snipw": ope.SelfNormalizedInverseProbabilityWeighting(),
        "dr": ope.DoublyRobust(),
    }
    apart = dict.fromkeys(theirs, 0.0)
    for values, log in zip(drawn.values[: len(logs)], logs, strict=True):
        for policy in policies(values).values():
            given = _as_obp(log, policy[log.contexts])
            for name, estimator in theirs.items():
                own = ESTIMATORS[name](log, policy[log.contexts], 0.95).value
                apart[name] = max(apart[name], abs(own - estimator.estimate_policy_value(**given)))
    for name, most in apart.items():
        report.row(dataset, name, "largest difference", value=most, unit="reward", peer="obp 0.5.7", seed=seed)


def _as_obp(log: Log, policy: Floats) -> dict[str, NDArray[np.generic]]:
    return {
        "reward": log.rewards,
        "action": log.actions,
        "position": np.zeros(len(log.actions), dtype=int),
        "pscore": log.propensities,
        "action_dist": policy[:, :, None],
        "estimated_rewards_by_reg_model": expected_rewards(log, len(ARMS))[:, :, None],
    }


def main(
    *,
    worlds: Annotated[int, typer.Option(help="Worlds of each kind.")] = 40,
    requests: Annotated[int, typer.Option(help="Requests in each world.")] = 10_000,
    judged: Annotated[int, typer.Option(help="Requests of the logs that policies are judged from.")] = 5_000,
    seed: Annotated[int, typer.Option(help="Where randomness starts.")] = 2026,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Play, judge, and draw what was lost."""
    report, console = Report("bandit", **versions("scipy")), Console()
    played = regrets(report, worlds, requests, seed)
    drawn = Worlds.drawn(4 * worlds, judged, seed + 2, alike=False)
    choose, every = bandits(seed)["thompson"]
    logs = play(drawn, choose, np.random.default_rng(seed + 3), every).logs
    coverage(report, drawn, logs, "logs of thompson", seed)
    even = play(
        drawn,
        lambda trials, _won, _groups: np.full((len(trials), len(ARMS)), 1 / len(ARMS)),
        np.random.default_rng(seed + 4),
    ).logs
    coverage(report, drawn, even, "even logs", seed)
    if find_spec("obp"):
        against_obp(report, drawn, logs[:20], "logs of thompson", seed)
    report.write(out)
    draw(played, (out or RESULTS / "bandit.json").with_suffix(".svg"))
    report.show(console)


if __name__ == "__main__":
    typer.run(main)
