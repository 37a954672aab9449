from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gnn.distributed import Processes, current_processes, process_group
from gnn.factors import Factors, popularity_factors
from gnn.lightgcn import train_lightgcn
from gnn.metrics import evaluate
from gnn.settings import RunSettings
from tests.worlds.communities import SEED, exam, plain

TRAININGS: dict[str, dict[str, Any]] = {
    "users": {"loss": "user_softmax", "batch_size": 64, "negatives": 40, "popularity": 0.5},
    "pairs": {"loss": "softmax", "batch_size": 256, "negatives": 50, "regularisation": 0.001, "validation_every": 5},
    "ranking": {"loss": "bpr", "batch_size": 101, "learning_rate": 0.01},
    "sampled": {"loss": "softmax", "batch_size": 256, "negatives": 50, "propagation": "sampled", "fan_out": (4,)},
}
SETTINGS = {name: {"embedding_size": 16, "epochs": 20, **own} for name, own in TRAININGS.items()}
"""A batch size of 101 leaves parts of unequal size, and a last batch too."""
EXACT = [name for name in SETTINGS if name != "sampled"]
SAME_NUMBER = 1e-3
"""How far apart numbers may be that differ by the order of sums alone: it is 1e-6, but for what many steps may add."""
SAME_QUALITY = 0.03
"""How far apart NDCG@10 may be where each process samples neighbours of its own."""


@pytest.fixture(scope="module")
def by_two(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What each of two processes ends with, by the name of the training."""
    folder = tmp_path_factory.mktemp("two")
    plan = {"out": str(folder), "checkpoints": None, "wait_after": None, "trainings": list(SETTINGS.values())}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    subprocess.run(
        [*command, "-m", "tests.worlds.training_process", str(folder / "plan.json")],
        check=True,
        capture_output=True,
        timeout=240,
        env={**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"},
        cwd=Path(__file__).parents[3],
    )
    return {name: [dict(np.load(folder / f"{k}-{rank}.npz")) for rank in range(2)] for k, name in enumerate(SETTINGS)}


@pytest.fixture(scope="module")
def by_one() -> dict[str, tuple[Factors, int]]:
    """What one process ends with, and after how many epochs."""
    trained = {
        name: train_lightgcn(exam().train, plain(**settings), SEED, run=RunSettings(device="cpu"))
        for name, settings in SETTINGS.items()
    }
    return {name: (one.factors(), one.epochs) for name, one in trained.items()}


def ndcg(users: Any, items: Any) -> float:
    split = exam()
    return float(evaluate(users, items, split.train, split.test)["ndcg"].mean())


@pytest.mark.parametrize("name", SETTINGS)
def test_both_processes_end_with_the_very_same_vectors(by_two: dict[str, list[dict[str, Any]]], name: str) -> None:
    first, second = by_two[name]
    assert np.array_equal(first["users"], second["users"])
    assert np.array_equal(first["items"], second["items"])


@pytest.mark.parametrize("name", EXACT)
def test_two_processes_learn_what_one_does_but_for_rounding(
    by_two: dict[str, list[dict[str, Any]]], by_one: dict[str, tuple[Factors, int]], name: str
) -> None:
    ours, (theirs, epochs) = by_two[name][0], by_one[name]
    assert ours["epochs"] == epochs
    assert np.abs(ours["users"] - theirs.users).max() < SAME_NUMBER
    assert np.abs(ours["items"] - theirs.items).max() < SAME_NUMBER
    assert ndcg(ours["users"], ours["items"]) == pytest.approx(ndcg(theirs.users, theirs.items), abs=0.001)


def test_two_processes_that_sample_are_as_good_as_one(
    by_two: dict[str, list[dict[str, Any]]], by_one: dict[str, tuple[Factors, int]]
) -> None:
    ours, (theirs, _) = by_two["sampled"][0], by_one["sampled"]
    popular = popularity_factors(exam().train)
    assert ndcg(theirs.users, theirs.items) > ndcg(popular.users, popular.items) + 2 * SAME_QUALITY
    assert ndcg(ours["users"], ours["items"]) == pytest.approx(ndcg(theirs.users, theirs.items), abs=SAME_QUALITY)


def test_a_process_of_its_own_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with process_group(torch.device("cpu")) as processes:
        assert processes == current_processes() == Processes(0, 1)
        assert processes.first
        parameter = torch.nn.Parameter(torch.ones(2))
        parameter.grad = torch.tensor([1.0, 2.0])
        processes.sum_gradient(parameter)
        assert parameter.grad.tolist() == [1.0, 2.0]
        assert processes.from_first("value") == "value"
