"""`edgewise experiments`: ways of recommending that are compared on people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console
from rich.table import Table

from edgewise.session import open_graph
from graph.bandit import AUTO
from graph.client import Graph
from graph.errors import InputError
from graph.experiments import (
    Experiment,
    Guardrail,
    Variant,
    end_experiment,
    experiment_named,
    list_experiments,
    ramp_experiment,
    start_experiment,
)
from graph.outcomes import Preferred, outcomes, preferred
from recommend.experiment_results import MISMATCH, Interval, mismatch, results
from recommend.experimenting import check_variants, served_by
from recommend.guardrails import stop_broken
from recommend.interleaving import TOLD_APART, odds
from recommend.registry import strategies
from recommend.settings import RecommendSettings

app = typer.Typer(help="Ways of recommending that are compared on people.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name of the experiment.")]
Rollout = Annotated[float, typer.Option(min=0, max=1, help="Share of the people that it is for.")]


class VariantSpec(BaseModel):
    """A variant as JSON on the command line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    share: float = 1.0
    strategy: str | None = None
    weights: dict[str, float] = {}
    rerank: dict[str, float] = {}
    run: str | None = None


@app.command()
def start(  # noqa: PLR0917  Typer passes options by name
    name: Name,
    variant: Annotated[
        list[str],
        typer.Option(help="NAME=STRATEGY, NAME=RUN or NAME={JSON}, for each; others are compared with the first."),
    ],
    rollout: Rollout = 1.0,
    group: Annotated[list[str] | None, typer.Option(help="Only users of this activity group, such as 5-19.")] = None,
    guardrail: Annotated[
        list[str] | None, typer.Option(help="METRIC or METRIC=SHARE: stop what is surely worse by more; ctr=0.05.")
    ] = None,
    begins: Annotated[datetime | None, typer.Option(help="From then on (UTC); without: now.")] = None,
    ends: Annotated[datetime | None, typer.Option(help="Until then (UTC).")] = None,
    *,
    interleaved: Annotated[bool, typer.Option("--interleaved", help="Show everybody both, in one list.")] = False,
) -> None:
    """Compare ways of recommending: strategies, runs of a model, or by JSON weights of hybrid and knobs of re-ranking.

    Requests that name no strategy are answered by the variant of their user. While an experiment goes on no training
    takes the slot of a run that is in it.

    Example: edgewise experiments start wider --variant now=hybrid --variant new=item-item --rollout 0.1 --guardrail ctr
    """
    with open_graph() as graph:
        known = (*strategies(graph, RecommendSettings()), AUTO)
        experiment = Experiment(
            name,
            tuple(_variant(told, known) for told in variant),
            rollout,
            tuple(group or ()),
            tuple(_guardrail(told) for told in guardrail or ()),
            _utc(begins),
            _utc(ends),
            interleaved=interleaved,
        )
        check_variants(experiment.variants, known)
        start_experiment(graph, experiment)
        _show_all(graph)


@app.command()
def ramp(name: Name, rollout: Annotated[float, typer.Argument(min=0, max=1, help="The new share.")]) -> None:
    """Show an experiment to another share of the people; who was in it keeps their variant.

    Example: edgewise experiments ramp wider 0.5
    """
    with open_graph() as graph:
        ramp_experiment(graph, name, rollout)
        _show_all(graph)


@app.command()
def end(name: Name) -> None:
    """End an experiment: everybody is answered as usual, and trainings may take the slots of its runs again.

    Example: edgewise experiments end wider
    """
    with open_graph() as graph:
        end_experiment(graph, name)
        _show_all(graph)


@app.command()
def check() -> None:
    """Stop variants that a guardrail does not allow; the API does so by itself every minute.

    Example: edgewise experiments check
    """
    with open_graph() as graph:
        stopped = stop_broken(graph)
        for (experiment, variant), why in stopped.items():
            Console().print(f"[red]stopped[/] {experiment}/{variant}: {why}")
        if not stopped:
            Console().print("No guardrail is broken.")


@app.command(name="list")
def list_command() -> None:
    """List the experiments, the latest first, with what serves each variant.

    Example: edgewise experiments list
    """
    with open_graph() as graph:
        _show_all(graph)


@app.command()
def show(name: Name) -> None:
    """Show what an experiment has found so far; its intervals hold however often one looks.

    Example: edgewise experiments show wider
    """
    with open_graph() as graph:
        experiment = experiment_named(graph, name)
        found = outcomes(graph, name)
        console = Console()
        table = Table("variant", "people", "answers", "CTR", "against the first", "reward", "dismissals")
        for one in results(found, apart=not experiment.interleaved):
            rates = [_told(value) for value in (one.ctr, one.lift, one.reward, one.dismissals)]
            table.add_row(one.name, f"{one.people:,}", f"{one.answers:,}", *rates)
        console.print(table)
        console.print("In brackets: 95 % confidence at all looks together.")
        if experiment.interleaved:
            console.print(told_preferred(preferred(graph, name), [one.name for one in experiment.variants]))
        against_chance = mismatch(experiment, found)
        if against_chance >= MISMATCH:
            console.print(
                "[red]The people are not shared out as stated[/] (odds of a thousand and more): look for a bug."
            )
        for variant in experiment.variants:
            if variant.stopped_at is not None:
                console.print(
                    f"[red]{variant.name} was stopped[/] {variant.stopped_at:%Y-%m-%d %H:%M}: {variant.stopped_because}"
                )


def told_preferred(found: Preferred, names: Sequence[str]) -> str:
    """Which of two variants people prefer, in words."""
    sure = odds(found.first, found.second)
    told = (
        f"{found.first:,} people took more of what {names[0]} picked, {found.second:,} more of {names[1]}, "
        f"{found.neither:,} as much of both: odds of {sure:,.1f} against chance"
    )
    if sure < TOLD_APART:
        return f"{told}; from {TOLD_APART:.0f} on they can be told apart, however often you look."
    return f"{told}. [green]{names[int(found.second > found.first)]} is preferred.[/]"


def experiments_table(experiments: list[Experiment]) -> Table:
    """A row for each variant."""
    table = Table("experiment", "begun (UTC)", "ended (UTC)", "people", "variant", "share", "served by")
    for one in experiments:
        ended = f"{one.ended_at:%Y-%m-%d %H:%M}" if one.ended_at else "[green]goes on[/]"
        first = (one.name, f"{one.started_at:%Y-%m-%d %H:%M}", ended, f"{one.rollout:.0%}")
        for row, variant in enumerate(one.variants):
            share = "[red]stopped[/]" if variant.stopped_at else f"{one.share_of(variant):.0%}"
            table.add_row(*(first if row == 0 else ("", "", "", "")), variant.name, share, _serving(variant))
    return table


def _show_all(graph: Graph) -> None:
    Console().print(experiments_table(list_experiments(graph)))


def _serving(variant: Variant) -> str:
    knobs = [f"{name} {value:g}" for name, value in (*variant.weights.items(), *variant.rerank.items())]
    return ", ".join([served_by(variant) or "as usual", *knobs])


def _told(interval: Interval | None) -> str:
    return (
        "[dim]none yet[/]" if interval is None else f"{interval.value:.4f} ({interval.low:.4f} to {interval.high:.4f})"
    )


def _variant(told: str, known: tuple[str, ...]) -> Variant:
    name, _, given = told.partition("=")
    if not name or not given:
        raise InputError(f"{told!r} is no variant: write NAME=STRATEGY, NAME=RUN or NAME={{JSON}}.")
    if not given.startswith("{"):
        return Variant(name, strategy=given) if given.partition("@")[0] in known else Variant(name, run_id=given)
    try:
        spec = VariantSpec.model_validate_json(given)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise InputError(f"The variant {name!r} cannot be read: {place} {problem['msg']}") from error
    return Variant(name, spec.share, spec.strategy, spec.weights, spec.rerank, spec.run)


def _guardrail(told: str) -> Guardrail:
    metric, _, worst = told.partition("=")
    try:
        return Guardrail(metric, float(worst or 0))
    except ValueError as error:
        raise InputError(f"{told!r} is no guardrail: write METRIC or METRIC=SHARE, such as ctr=0.05.") from error


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)
