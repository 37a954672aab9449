"""Trainings that kill their own process: python -m tests.worlds.killed_training PLAN.json

The plan: {"models": [name, …], "deaths": [name of a query, …], "night": ISO time or null}. For each death a child
trains all models, or has a night that does, and is killed when it is about to run that query; what became of each
child is written to standard output. The graph is that of the environment.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import torch

from gnn.model_settings import LightFMSettings, LightGCNSettings
from gnn.nightly.night import run_night
from gnn.nightly.settings import NightlySettings
from gnn.nightly.steps import default_steps
from gnn.settings import RunSettings, TrainingSettings
from gnn.train import train
from graph.client import connect
from graph.ids import new_id
from graph.jobs import NIGHTLY
from graph.settings import Neo4jSettings, PreferenceSettings, read_settings
from recommend.settings import RecommendSettings

SETTINGS = TrainingSettings(
    seed=1,
    most_lost=1.0,
    lightgcn=LightGCNSettings(embedding_size=8, epochs=3),
    lightfm=LightFMSettings(embedding_size=8, epochs=3),
    run=RunSettings(device="cpu", force=True),
)


def die_before(death: str, models: list[str], night: str | None) -> None:
    """Train `models`, by night or at once, and be gone without a word when the query `death` is due."""

    def observe(name: str) -> None:
        if name == death:
            os.kill(os.getpid(), signal.SIGKILL)

    graph = connect(read_settings(Neo4jSettings), observe)
    if night is None:
        train(graph, models, SETTINGS)
        return
    nightly, training = NightlySettings(attempts=1), SETTINGS.model_copy(update={"models": tuple(models)})
    run_id = new_id(NIGHTLY)
    steps = default_steps(graph, training, RecommendSettings(), PreferenceSettings(), run_id=run_id)
    run_night(graph, steps, nightly, lambda: datetime.fromisoformat(night), run_id=run_id)


def main(plan: dict[str, Any]) -> None:
    """One child after the other, so that torch is imported once."""
    for death in plan["deaths"]:
        child = os.fork()
        if child == 0:
            die_before(death, plan["models"], plan["night"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{death} {os.WTERMSIG(status) if os.WIFSIGNALED(status) else 'lived'}\n")


def killed(models: Sequence[str], deaths: Sequence[str], plan: Path, night: str | None = None) -> list[str]:
    """What a process of this module says of its children; `plan` is a file to write the plan to."""
    plan.write_text(json.dumps({"models": models, "deaths": deaths, "night": night}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(plan)],
        check=True,
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        cwd=Path(__file__).parents[2],
    )
    return done.stdout.split()


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
