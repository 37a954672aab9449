from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from gnn.checkpoints import Checkpoint, fingerprint
from gnn.factors import Epoch, Factors
from gnn.lightgcn import train_lightgcn
from gnn.model_settings import LightGCNSettings
from gnn.settings import RunSettings
from graph.errors import ConfigurationError, ModelError
from graph.settings import read_settings
from graph.training_data import PreferenceArrays
from tests.worlds.communities import plain

SETTINGS = plain(epochs=12, schedule="cosine")
SELECTING = SETTINGS.model_copy(update={"validation_every": 2, "validation_share": 0.25, "patience": 0})


class Killed(BaseException):
    """Stands for whatever ends a process."""


def killer(phase: str, number: int) -> Callable[[Epoch], None]:
    def watch(epoch: Epoch) -> None:
        if (epoch.phase, epoch.number) == (phase, number):
            raise Killed

    return watch


def train(data: PreferenceArrays, settings: LightGCNSettings, run: RunSettings, **rest: object) -> Factors:
    return train_lightgcn(data, settings, seed=5, run=run, kept_as="lightgcn", **rest).factors()  # type: ignore[arg-type]


def run_in(folder: Path, *, resume: bool) -> RunSettings:
    return RunSettings(device="cpu", checkpoints=folder, checkpoint_seconds=0, resume=resume)


@pytest.mark.parametrize(
    ("settings", "phase", "number"),
    [
        (SETTINGS, "fit", 7),
        (SETTINGS.model_copy(update={"propagation": "sampled", "fan_out": (2,)}), "fit", 7),
        (SELECTING, "selection", 5),
        (SELECTING, "fit", 2),
        (SELECTING.model_copy(update={"refit": False}), "selection", 11),
    ],
    ids=["full", "sampled", "in the selection", "after the selection", "without a refit"],
)
def test_what_is_resumed_ends_as_if_it_had_never_stopped(
    taste: PreferenceArrays, tmp_path: Path, settings: LightGCNSettings, phase: str, number: int
) -> None:
    straight = train(taste, settings, RunSettings(device="cpu"))
    with pytest.raises(Killed):
        train(taste, settings, run_in(tmp_path, resume=False), watch=killer(phase, number))
    told: list[Epoch] = []
    resumed = train(taste, settings, run_in(tmp_path, resume=True), watch=told.append)
    # The epoch in which it was killed had not been kept yet.
    assert (told[0].phase, told[0].number) == (phase, number)
    assert np.array_equal(resumed.users, straight.users)
    assert np.array_equal(resumed.items, straight.items)


def test_what_was_finished_is_not_learned_again(taste: PreferenceArrays, tmp_path: Path) -> None:
    first = train(taste, SELECTING, run_in(tmp_path, resume=False))
    told: list[Epoch] = []
    second = train(taste, SELECTING, run_in(tmp_path, resume=True), watch=told.append)
    assert not told
    assert np.array_equal(first.items, second.items)


@pytest.mark.parametrize("changed", ["settings", "preferences", "ids", "edges"])
def test_another_trainings_checkpoint_is_refused(taste: PreferenceArrays, tmp_path: Path, changed: str) -> None:
    train(taste, SETTINGS, run_in(tmp_path, resume=False))
    settings, data, edges = SETTINGS, taste, None
    if changed == "settings":
        settings = SETTINGS.model_copy(update={"temperature": 0.3})
    elif changed == "preferences":
        data = taste.where(np.arange(len(taste)) > 0)
    elif changed == "ids":
        data = PreferenceArrays(
            taste.user_ids, ["other", *taste.item_ids[1:]], taste.users, taste.items, taste.weights, taste.last_at
        )
    else:
        edges = np.array([[0, 12], [12, 0]])
    with pytest.raises(ModelError, match="other preferences, settings or seed"):
        train(data, settings, run_in(tmp_path, resume=True), edges=edges)
    # Without resume it begins anew, and replaces the file.
    train(data, settings, run_in(tmp_path, resume=False), edges=edges)
    train(data, settings, run_in(tmp_path, resume=True), edges=edges)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", "half"])
def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path, content: bytes | str) -> None:
    checkpoint = Checkpoint(tmp_path / "one.pt", "own")
    checkpoint.keep({"values": torch.arange(1_000)})
    whole = (tmp_path / "one.pt").read_bytes()
    (tmp_path / "one.pt").write_bytes(content if isinstance(content, bytes) else whole[: len(whole) // 2])
    with pytest.raises(ModelError, match=r"one\.pt is no checkpoint"):
        checkpoint.load()


def test_a_kill_while_writing_leaves_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = Checkpoint(tmp_path / "one.pt", "own")
    checkpoint.keep({"epoch": 1})

    def half_written(_: object, file: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(torch, "save", half_written)
        with pytest.raises(Killed):
            checkpoint.keep({"epoch": 2})
    assert checkpoint.load() == {"epoch": 1}
    checkpoint.keep({"epoch": 3})
    assert checkpoint.load() == {"epoch": 3}
    assert [path.name for path in tmp_path.iterdir()] == ["one.pt"]


def test_keeping_is_due_after_a_time_and_at_the_end(tmp_path: Path) -> None:
    now = [0.0]
    checkpoint = Checkpoint(tmp_path / "one.pt", "own", every=10, clock=lambda: now[0])
    assert checkpoint.due(last=True)
    now[0] = 9.0
    assert not checkpoint.due(last=False)
    now[0] = 10.0
    assert checkpoint.due(last=False)
    checkpoint.keep({})
    assert not checkpoint.due(last=False)
    assert not Checkpoint(None, "").due(last=True)


def test_a_fingerprint_tells_where_one_array_or_id_ends() -> None:
    one, two = np.array([1, 2]), np.array([3])
    prints = {
        fingerprint("", [one, two], ["ab", "c"]),
        fingerprint("", [one, two], ["a", "bc"]),
        fingerprint("", [np.array([1]), np.array([2, 3])], ["ab", "c"]),
        fingerprint("", [one.astype(np.float64), two], ["ab", "c"]),
        fingerprint(" ", [one, two], ["ab", "c"]),
    }
    assert len(prints) == 5


def test_resuming_from_nowhere_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="name the folder"):
        read_settings(RunSettings, resume=True)
