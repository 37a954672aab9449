"""A training that is killed for good, not merely interrupted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from gnn.factors import Epoch, Factors
from gnn.lightgcn import train_lightgcn
from gnn.settings import RunSettings
from tests.worlds.communities import SEED, exam, plain

SETTINGS: dict[str, Any] = {"embedding_size": 16, "epochs": 8, "batch_size": 256, "negatives": 50}


def train(run: RunSettings, told: list[Epoch]) -> Factors:
    return train_lightgcn(exam().train, plain(**SETTINGS), SEED, told.append, run=run, kept_as="lightgcn").factors()


def test_after_sigkill_it_goes_on_to_the_very_same_vectors(tmp_path: Path) -> None:
    plan = {"out": str(tmp_path), "checkpoints": str(tmp_path), "wait_after": 5, "trainings": [SETTINGS]}
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    command = [sys.executable, "-m", "tests.worlds.training_process", str(tmp_path / "plan.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "after epoch 5\n"
        process.kill()
        assert process.wait(timeout=60) < 0
    assert not (tmp_path / "0-0.npz").exists()
    resumed: list[Epoch] = []
    straight: list[Epoch] = []
    after = train(RunSettings(device="cpu", checkpoints=tmp_path, resume=True), resumed)
    never = train(RunSettings(device="cpu"), straight)
    assert [epoch.number for epoch in resumed] == [5, 6, 7, 8]
    assert [epoch.loss for epoch in resumed] == [epoch.loss for epoch in straight[4:]]
    assert np.array_equal(after.users, never.users)
    assert np.array_equal(after.items, never.items)
