"""Training by the processes of one torchrun: the first works with the graph, the others help it to learn."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gnn.learn import fit, quality
from gnn.settings import RunSettings, TrainingSettings
from graph.training_data import PreferenceArrays


@contextmanager
def together(run: RunSettings) -> Iterator[bool]:
    """Join the processes that torchrun started, if it did, and say whether this is the first, which calls `train`."""
    if not _by_torchrun():
        yield True
        return
    from gnn.devices import choose_device
    from gnn.distributed import local_rank, process_group

    with process_group(choose_device(run.device, local_rank())) as processes:
        yield processes.first


def share(models: Sequence[str], data: PreferenceArrays) -> None:
    """Send what the first process read to those that `assist`, so that all learn from the very same."""
    if _by_torchrun() and "lightgcn" in models:
        from gnn.distributed import current_processes

        current_processes().from_first(data)


def assist(models: Sequence[str], settings: TrainingSettings) -> None:
    """What every other process does while the first one trains `models`: its share of LightGCN, twice if it is judged.

    LightFM has threads of its own and is left to the first.
    """
    if "lightgcn" not in models:
        return
    from gnn.distributed import current_processes

    data: PreferenceArrays = current_processes().from_first(None)  # type: ignore[assignment]  # the first one's
    quality("lightgcn", data, (), settings)
    fit("lightgcn", data, (), settings)


def _by_torchrun() -> bool:
    return int(os.environ.get("WORLD_SIZE", "1")) > 1
