"""`edgewise bandit`: what the arms of `auto` have earned, and counting what is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from edgewise.session import open_graph
from graph.bandit import ArmEarnings, arm_earnings, decisions, update_bandit
from graph.settings import FeedbackSettings, read_settings
from recommend.bandit import NOTHING, chances_by_arm, earned_of
from recommend.judging import judged
from recommend.settings import BanditSettings

app = typer.Typer(help="What auto has learned about strategies.", no_args_is_help=True)
Hours = Annotated[float | None, typer.Option(min=0.001, max=8_760, help="Hours within which rewards are counted.")]
Fewest = Annotated[
    int | None, typer.Option("--min-interactions", min=1, help="Answers with news that it takes at least.")
]


@app.command()
def update(hours: Hours = None, min_interactions: Fewest = None) -> None:
    """Count what came of the answers of `auto` since the last update; the API does so by itself every minute.

    Safe to run at any time: what is counted is not counted again.

    Example: edgewise bandit update --hours 24 --min-interactions 10
    """
    settings = read_settings(BanditSettings)
    fewest = settings.fewest_answers if min_interactions is None else min_interactions
    with open_graph() as graph:
        done = update_bandit(graph, read_settings(FeedbackSettings), hours=hours or settings.hours, fewest=fewest)
        console = Console()
        if done.answers:
            console.print(f"{done.answers:,} answers with news, {done.trials:,} new, reward {done.rewards:+.2f}.")
        else:
            console.print(f"Nothing to count: fewer than {fewest} answers have news.")
        console.print(arms_table(arm_earnings(graph), settings))


@app.command()
def show() -> None:
    """Show what each arm has earned with each group of users, and how probable it is now.

    Example: edgewise bandit show
    """
    with open_graph() as graph:
        Console().print(arms_table(arm_earnings(graph), read_settings(BanditSettings)))


@app.command()
def judge(
    hours: Annotated[float, typer.Option(min=0.001, max=87_600, help="Hours that are looked back.")] = 720.0,
) -> None:
    """Estimate what each arm would have earned, had it always answered, from what auto decided and what came of it.

    With 95 % intervals, by three estimators: ipw, snipw and dr (doubly robust); see docs/experiments.md.

    Example: edgewise bandit judge --hours 720
    """
    with open_graph() as graph:
        found = judged(decisions(graph, hours))
    table = Table("policy", *next(iter(found.values())), "worth decisions")
    for policy, estimates in found.items():
        told = [f"{one.value:.4f} ({one.low:.4f} to {one.high:.4f})" for one in estimates.values()]
        table.add_row(policy, *told, f"{estimates['ipw'].effective:,.0f}")
    Console().print(table)


def arms_table(earnings: Sequence[ArmEarnings], settings: BanditSettings) -> Table:
    """A row for each arm of each group that has earned something or could."""
    table = Table("users with likes", "arm", "answers", "mean reward", "chance now")
    earned = earned_of(earnings)
    odds = chances_by_arm(earned, settings)
    for group in sorted({one.group for one in earnings}, key=_begin):
        for place, arm in enumerate(sorted({name for where, name in (*earned, *odds) if where == group})):
            own = earned.get((group, arm), NOTHING)
            mean = f"{own.rewards / own.trials:.4f}" if own.trials else "[dim]none[/]"
            chance = f"{odds[group, arm]:.1%}" if (group, arm) in odds else "[dim]no arm any more[/]"
            table.add_row("" if place else group, arm, f"{own.trials:,.0f}", mean, chance)
    return table


def _begin(group: str) -> int:
    return int(group.rstrip("+").partition("-")[0])
