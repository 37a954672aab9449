"""`edgewise train`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from edgewise.session import open_graph
from gnn.factors import Epoch
from gnn.gate import gate_metric
from gnn.learn import QUALITY, require_packages
from gnn.settings import MODEL_SETTINGS, DataSettings, RunSettings, TrainingSettings
from gnn.together import assist, leave, together
from gnn.train import TrainingReport, train
from graph.models import BLEND, ITEM_ITEM
from graph.settings import read_settings

app = typer.Typer()
CHECKPOINTS = typer.Option(file_okay=False, help="Folder that LightGCN keeps its state in, against a kill.")
KIND = typer.Option(help="Only items of this kind, again for others; all: of any, whatever is set.")
FORCE = typer.Option("--force", help="Serve however bad it is, and take the slot of a killed training.")


class Device(StrEnum):
    """Where to compute."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


class Choice(StrEnum):
    """What can be trained."""

    lightgcn = "lightgcn"
    lightfm = "lightfm"
    two_tower = "two-tower"
    als = "als"
    nmf = "nmf"
    item_item = ITEM_ITEM
    hybrid = BLEND
    all = "all"


@app.command(name="train")
def train_command(  # noqa: PLR0917 - Typer calls it by keyword
    model: Annotated[Choice, typer.Option(help="Which model.")] = Choice.all,
    kind: Annotated[list[str] | None, KIND] = None,
    days: Annotated[float | None, typer.Option(min=0.01, help="Only preferences of the last so many days.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the data; default: as set per model.")] = None,
    embedding_size: Annotated[int | None, typer.Option(min=2, max=1024, help="Numbers per user and item.")] = None,
    lr: Annotated[float | None, typer.Option(min=0, help="Step size at the start; default: as set per model.")] = None,
    batch_size: Annotated[int | None, typer.Option(min=16, help="Preferences per step, of LightGCN users.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Where randomness starts.")] = None,
    device: Annotated[Device | None, typer.Option(help="Where LightGCN computes; auto: on a GPU if any.")] = None,
    checkpoints: Annotated[Path | None, CHECKPOINTS] = None,
    resume: Annotated[bool | None, typer.Option(help="Go on from that state, if there is one.")] = None,
    log: Annotated[Path | None, typer.Option(dir_okay=False, help="CSV file that gets a line per epoch.")] = None,
    force: Annotated[bool | None, FORCE] = None,
) -> None:
    """Train models on the preferences in the graph, write their vectors there and let them serve.

    LightGCN also learns by several processes: torchrun --nproc-per-node 2 -m edgewise train --model lightgcn

    Example: edgewise train --model lightgcn --epochs 30 --checkpoints kept --resume --log epochs.csv
    """
    settings = training_settings(
        {"epochs": epochs, "iterations": epochs, "embedding_size": embedding_size}
        | {"learning_rate": lr, "batch_size": batch_size},
        run={"device": device and device.value, "checkpoints": checkpoints, "resume": resume, "log": log}
        | {"force": force},
        data={"kinds": kind and (() if "all" in kind else tuple(kind)), "days": days},
        shared={"seed": seed},
    )
    models: Sequence[str] = settings.models if model is Choice.all else (model.value,)
    require_packages(models)
    with together(settings.run) as first:
        if first:
            with open_graph() as graph, EpochProgress() as progress:
                reports = train(graph, models, settings, progress.show)
        else:
            assist(models, settings)
    if not first:
        leave()
    tell(reports, Console())


def training_settings(
    models: dict[str, Any], *, run: dict[str, Any], data: dict[str, Any], shared: dict[str, Any]
) -> TrainingSettings:
    """The settings of the environment with the options of a command, of which None were not given, laid over them.

    `models` holds for every model that has such a setting, `run` for RunSettings, `data` for DataSettings, and
    `shared` for TrainingSettings.
    """
    own = {
        name: read_settings(cls, **{key: value for key, value in _given(models).items() if key in cls.model_fields})
        for name, cls in MODEL_SETTINGS.items()
    }
    apart = {
        "run": read_settings(RunSettings, **_given(run)),
        "data": read_settings(DataSettings, **_given(data)),
    }
    return read_settings(TrainingSettings, **own, **apart, **_given(shared))


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


class EpochProgress:
    """Shows one bar per model, stage and phase, with the loss and what is known of the quality."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[seen]}"))
        self._progress = Progress(*columns, TimeElapsedColumn())
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> EpochProgress:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, epoch: Epoch) -> None:
        """Move the bar on that this epoch belongs to."""
        key = f"{epoch.model} {epoch.stage}" + (", choosing epochs" if epoch.phase == "selection" else "")
        if key not in self._tasks:
            self._tasks[key] = self._progress.add_task(key, total=epoch.epochs, seen="")
        self._progress.update(self._tasks[key], completed=epoch.number, seen=seen(epoch))


def seen(epoch: Epoch) -> str:
    """What an epoch has to tell beside its number."""
    parts = [f"epoch {epoch.number}/{epoch.epochs}"]
    if epoch.loss is not None:
        parts.append(f"loss {epoch.loss:.4f}")
    if epoch.validation is not None:
        parts.append(f"validation {epoch.validation:.4f}")
    if epoch.quality is not None:
        parts.append(f"held-out {QUALITY} {epoch.quality:.4f}")
    return ", ".join(parts)


def reports_table(reports: list[TrainingReport]) -> Table:
    """What was trained, how good it is beside popularity and beside what served before, and whether it serves now."""
    table = Table("model", "users", "items", "preferences", "seconds", "judged by", "value", "popular", "before", "now")
    for report in reports:
        facts, before = report.facts, report.handover.before
        name = gate_metric(facts.metrics)
        table.add_row(
            report.model,
            *(f"{count:,}" for count in (facts.users, facts.items, facts.preferences)),
            f"{facts.seconds:.1f}",
            name or "",
            _number(facts.metrics.get(name or "")),
            _number(facts.metrics.get(f"popular_{name}")),
            _number(before.metrics.get(name or "")) if before else "",
            "[yellow]held back[/]" if report.handover.refusal else "[green]serves[/]",
        )
    return table


def held_back(report: TrainingReport) -> str:
    """Why a run does not serve, and how to let it."""
    return (
        f"{report.model}: {report.run_id} is held back, as {report.handover.refusal}. To let it serve all the same: "
        f"edgewise models activate {report.run_id}"
    )


def tell(reports: list[TrainingReport], console: Console) -> None:
    """The end of a training in words."""
    console.print(reports_table(reports))
    for report in reports:
        if report.weights:
            console.print(blended(report))
        if report.handover.refusal:
            console.print(held_back(report))


def blended(report: TrainingReport) -> str:
    """What a blend weighs, and how good it is beside each of its components alone."""
    name = next(name for name in report.facts.metrics if name.startswith("ndcg@"))
    alone = {key.removesuffix(f"_{name}"): value for key, value in report.facts.metrics.items() if key != name}
    weights = ", ".join(f"{strategy} {weight:g}" for strategy, weight in report.weights.items())
    singles = ", ".join(f"{strategy} {value:.4f}" for strategy, value in alone.items())
    return f"{report.model}: {weights}; held-out {name} {report.facts.metrics[name]:.4f} (alone: {singles})"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
