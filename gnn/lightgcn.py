"""LightGCN: embeddings smoothed over the graph of who likes what.

He et al., LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation (arXiv 2002.02126).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gnn.devices import choose_device
from gnn.distributed import current_processes, local_rank
from gnn.factors import Factors, Watch, unwatched
from gnn.learning import Clock
from gnn.model_settings import LightGCNSettings
from gnn.phases import Phases, Selection
from gnn.propagation import LightGCN, Propagation
from gnn.read_out import ReadOut, read_out_of
from gnn.settings import RunSettings
from gnn.splits import SplitRule
from graph.errors import InputError
from graph.training_data import PreferenceArrays


@dataclass(frozen=True, slots=True)
class TrainedLightGCN:
    """A model with the graph it learned on, and how it came about.

    `read_out` makes the vectors that rank out of final embeddings. `epochs` and `seconds` are those of the training
    that the vectors come from; a `selection` before it is timed apart, and is the very same training where nothing was
    refitted.
    """

    model: LightGCN
    propagation: Propagation
    read_out: ReadOut
    epochs: int
    seconds: float
    selection: Selection | None = None

    def factors(self) -> Factors:
        """The final embeddings, which serve."""
        return self.read_out(self.propagation.everywhere(self.model), self.model.users)

    def factors_without_graph(self) -> Factors:
        """The embeddings before they spread: what is left of the model if its graph is taken away."""
        return self.read_out(self.model.embedding.detach(), self.model.users)


def train_lightgcn(
    data: PreferenceArrays,
    settings: LightGCNSettings,
    seed: int,
    watch: Watch = unwatched,
    edges: NDArray[np.int64] | None = None,
    *,
    rule: SplitRule | None = None,
    run: RunSettings | None = None,
    kept_as: str | None = None,
    clock: Clock = time.monotonic,
) -> TrainedLightGCN:
    """Train on `data`; the same seed gives the same embeddings on the same machine.

    `edges` (int64[2, e], see `edge_index`) replaces the graph that taste spreads over. Where `validation_every` is set,
    `rule` (by default a random `validation_share` of each user's preferences) holds a part of `data` out, a first
    training chooses the number of epochs by it, and a second one learns from all of `data` for as many, with the step
    sizes of the first. The first takes as long as the epochs it runs and their validation, the second as the epochs
    chosen; both are reported. With `kept_as` there is a checkpoint `kept_as`.pt in the folder of `run`, if that names
    one. Under torchrun every process calls this with the same arguments and gets the same result; the first one alone
    tells and writes.

    Raises InputError where nothing can be held out or `edges` would show what is, ModelError for a training that
    diverged or a checkpoint of another, TrainingUnavailable for a GPU that is not there.
    """
    if settings.validation_every and edges is not None:
        raise InputError("Edges of one's own would show the validation what it holds out; set validation_every to 0.")
    run = run or RunSettings()
    device = choose_device(run.device, local_rank())
    phases = Phases(data, settings, seed, edges, watch, device, current_processes(), clock)
    learner, progress, selection = phases.run(rule, run, kept_as)
    epochs = progress.epoch if progress.phase == "fit" else progress.best.epoch
    read_out = read_out_of(data, settings)
    return TrainedLightGCN(learner.model, learner.propagation, read_out, epochs, progress.seconds, selection)
