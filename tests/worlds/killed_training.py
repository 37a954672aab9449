"""Trainings that kill their own process: python -m tests.worlds.killed_training PLAN.json

The plan: {"models": [name, …], "deaths": [name of a query, …]}. For each death a child trains all models and is killed
when it is about to run that query; what became of each child is written to standard output. The graph is that of the
environment.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import torch

from gnn.settings import LightFMSettings, LightGCNSettings, RunSettings, TrainingSettings
from gnn.train import train
from graph.client import connect
from graph.settings import Neo4jSettings, read_settings

SETTINGS = TrainingSettings(
    seed=3,
    most_lost=1.0,
    lightgcn=LightGCNSettings(embedding_size=8, epochs=3),
    lightfm=LightFMSettings(embedding_size=8, epochs=3),
    run=RunSettings(device="cpu", force=True),
)


def die_before(death: str, models: list[str]) -> None:
    """Train `models`, and be gone without a word when the query `death` is due."""

    def observe(name: str) -> None:
        if name == death:
            os.kill(os.getpid(), signal.SIGKILL)

    train(connect(read_settings(Neo4jSettings), observe), models, SETTINGS)


def main(plan: dict[str, list[str]]) -> None:
    """One child after the other, so that torch is imported once."""
    for death in plan["deaths"]:
        child = os.fork()
        if child == 0:
            die_before(death, plan["models"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{death} {os.WTERMSIG(status) if os.WIFSIGNALED(status) else 'lived'}\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
