"""Trainings in a process of their own, alone or by torchrun: python -m tests.worlds.training_process PLAN.json

The plan: {"out": folder, "trainings": [settings of LightGCN, …], "checkpoints": folder or null, "wait_after": epoch or
null}. Vectors go to out/K-RANK.npz. After the epoch `wait_after` it says so and waits to be killed.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import numpy as np
import torch

from gnn.distributed import Processes, process_group
from gnn.factors import Epoch
from gnn.lightgcn import train_lightgcn
from gnn.settings import RunSettings
from tests.worlds.communities import SEED, exam, plain


def main(plan: dict[str, object], processes: Processes) -> None:
    """Train as planned; every process writes what it got."""
    out, checkpoints, wait_after = Path(str(plan["out"])), plan["checkpoints"], plan["wait_after"]
    run = RunSettings(device="cpu", checkpoints=checkpoints, checkpoint_seconds=0)

    def watch(epoch: Epoch) -> None:
        if epoch.number == wait_after:
            sys.stdout.write(f"after epoch {epoch.number}\n")
            sys.stdout.flush()
            threading.Event().wait()

    trainings = plan["trainings"]
    assert isinstance(trainings, list)
    for k, settings in enumerate(trainings):
        trained = train_lightgcn(exam().train, plain(**settings), SEED, watch, run=run, kept_as="lightgcn")
        factors = trained.factors()
        np.savez(out / f"{k}-{processes.rank}.npz", users=factors.users, items=factors.items, epochs=trained.epochs)


if __name__ == "__main__":
    torch.set_num_threads(1)
    with process_group(torch.device("cpu")) as group:
        main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), group)
