"""Training by the processes of one torchrun: the first works with the graph, the others help it to learn."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from gnn.learn import fit, quality
from gnn.learn_blend import fit_scorer, held_out
from gnn.settings import RunSettings, TrainingSettings
from graph.models import BLEND
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


def leave() -> NoReturn:
    """End a process that has assisted, at once.

    Nothing is left for it to do. Taking Python down beside torch's threads has, once in a dozen runs on a busy machine,
    ended in an abort, which torchrun takes for a failure of all.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def share(models: Sequence[str], data: PreferenceArrays) -> None:
    """Send what the first process read to those that `assist`, so that all learn from the very same."""
    if _by_torchrun() and _needs_all(models):
        from gnn.distributed import current_processes

        current_processes().from_first(data)


def announce(*, uses_lightgcn: bool) -> None:
    """Tell those that `assist` whether hybrid is about to train LightGCN once more, on a part of the preferences."""
    if _by_torchrun():
        from gnn.distributed import current_processes

        current_processes().from_first(uses_lightgcn)


def assist(models: Sequence[str], settings: TrainingSettings) -> None:
    """What every other process does while the first one trains `models`: its share of LightGCN, twice if it is judged.

    Once more for hybrid, which comes last. LightFM has threads of its own and is left to the first.
    """
    if not _needs_all(models):
        return
    from gnn.distributed import current_processes

    data: PreferenceArrays = current_processes().from_first(None)  # type: ignore[assignment]  # the first one's
    if "lightgcn" in models:
        quality("lightgcn", data, (), settings)
        fit("lightgcn", data, (), settings)
    if BLEND in models and current_processes().from_first(None):
        fit_scorer("lightgcn", held_out(data, settings.blend, settings.seed).train, (), settings)


def _needs_all(models: Sequence[str]) -> bool:
    return "lightgcn" in models or BLEND in models


def _by_torchrun() -> bool:
    return int(os.environ.get("WORLD_SIZE", "1")) > 1
