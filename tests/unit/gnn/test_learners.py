from __future__ import annotations

import pytest
import torch

import gnn.learners
from gnn.devices import choose_device, memory
from gnn.distributed import Processes
from gnn.learners import build_learner, fan_out_of, full_bytes, propagation_kind
from gnn.propagation import FullGraph
from gnn.sampled_graph import SampledGraph
from graph.errors import TrainingUnavailable
from graph.training_data import PreferenceArrays
from tests.worlds.communities import plain

CPU = torch.device("cpu")


def test_auto_samples_what_does_not_fit_into_half_of_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = plain(propagation="auto", embedding_size=64)
    needed = full_bytes(settings, 1_000_000, 20_000_000)
    assert 2e9 < needed < 5e9
    for room, kind in ((2 * needed, "full"), (2 * needed - 2, "sampled")):
        monkeypatch.setattr(gnn.learners, "memory", lambda _, room=room: room)
        assert propagation_kind(settings, 1_000_000, 20_000_000, CPU) == kind
    assert propagation_kind(plain(propagation="sampled"), 10, 10, CPU) == "sampled"


@pytest.mark.parametrize(("kind", "expected"), [("full", FullGraph), ("sampled", SampledGraph)])
def test_the_setting_chooses_the_graph_and_the_gradient(
    taste: PreferenceArrays, kind: str, expected: type[object]
) -> None:
    learner = build_learner(taste, plain(propagation=kind), 1, device=CPU, processes=Processes())
    assert isinstance(learner.propagation, expected)
    assert learner.model.sparse == (kind == "sampled")


def test_the_last_fan_out_holds_for_the_layers_that_are_left() -> None:
    assert fan_out_of(plain(layers=3, fan_out=(9, 4))) == (9, 4, 4)
    assert fan_out_of(plain(layers=1, fan_out=(9, 4))) == (9,)


def test_a_gpu_is_taken_if_there_is_one_and_refused_if_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    assert choose_device("auto") == choose_device("cpu") == CPU
    with pytest.raises(TrainingUnavailable, match="EDGEWISE_RUN_DEVICE=cpu"):
        choose_device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device("auto", 1) == torch.device("cuda", 1)
    assert choose_device("cpu", 1) == CPU
    with pytest.raises(TrainingUnavailable, match="start fewer processes"):
        choose_device("auto", 2)


def test_the_memory_of_this_machine_is_known() -> None:
    assert memory(CPU) > 1e9
