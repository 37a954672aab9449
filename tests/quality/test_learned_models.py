"""A gate that a learned model must pass on real data, and three ways of breaking one that it must notice.

MovieLens latest-small, read without a database; each user's five newest likes are held out. Defaults were chosen
on an earlier split (the five newest of what is left), never on these.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks.movielens_data import genres, likes
from gnn.adjacency import edge_index, edge_weights
from gnn.factors import Factors, popularity_factors
from gnn.learn import fit
from gnn.lightgcn import TrainedLightGCN, train_lightgcn
from gnn.metrics import evaluate
from gnn.model_settings import LightFMSettings, LightGCNSettings
from gnn.ranking import Floats
from gnn.settings import TrainingSettings
from gnn.splits import Split, leave_last
from graph.models import MODELS
from graph.training_data import ItemContent

HELD_OUT = 5
SEED = 7
ERRORS = 1.96
"""Half a 95 % confidence interval, in standard errors of the mean."""
LEAST_LIFT = 1.2
"""A model that is right is well above this; one that merely knows what is popular cannot be."""


@dataclass(frozen=True)
class Gain:
    """`lower`: lower end of a paired interval of NDCG above another ranking's; `lift`: the ratio of the means."""

    lower: float
    lift: float


@dataclass(frozen=True)
class Exam:
    """Real preferences split in two, and what is known of the items."""

    split: Split
    contents: list[ItemContent]

    def gain(self, factors: Factors, other: Factors, top_k: int = 10) -> Gain:
        """Compare user by user."""
        theirs = ndcg(other, self.split, top_k)
        gained = ndcg(factors, self.split, top_k) - theirs
        spread = gained.std(ddof=1) / math.sqrt(len(gained))
        return Gain(float(gained.mean() - ERRORS * spread), float(1 + gained.mean() / theirs.mean()))

    def over_popularity(self, factors: Factors) -> Gain:
        """How much better than what is popular among the train pairs."""
        return self.gain(factors, popularity_factors(self.split.train))

    def over_no_graph(self, trained: TrainedLightGCN) -> Gain:
        """How much better than the same embeddings without the graph, over 100 positions, where noise is small."""
        return self.gain(trained.factors(), trained.factors_without_graph(), top_k=100)

    def passes(self, factors: Factors) -> bool:
        """The gate: clearly better than popularity."""
        gain = self.over_popularity(factors)
        return gain.lower > 0 and gain.lift > LEAST_LIFT

    def graph_passes(self, trained: TrainedLightGCN) -> bool:
        """The gate of a graph model: that, and clearly better than without its graph.

        The second half is what notices a graph that carries nothing: such a model is plain matrix factorisation,
        which beats popularity too.
        """
        return self.passes(trained.factors()) and self.over_no_graph(trained).lower > 0


def ndcg(factors: Factors, split: Split, top_k: int) -> Floats:
    items = factors.items[: len(split.train.item_ids)]
    return evaluate(factors.users, items, split.train, split.test, top_k)["ndcg"]


@pytest.fixture(scope="module")
def exam(shared_data: Path) -> Exam:
    folder = shared_data / "ml-latest-small"
    split = leave_last(likes(folder), HELD_OUT, least=HELD_OUT)
    return Exam(split, list(genres(folder)))


@pytest.fixture(scope="module")
def settings() -> TrainingSettings:
    """The defaults, whatever the environment says."""
    return TrainingSettings(seed=SEED, lightgcn=LightGCNSettings(), lightfm=LightFMSettings())


@pytest.fixture(scope="module")
def lightgcn(exam: Exam, settings: TrainingSettings) -> TrainedLightGCN:
    return train_lightgcn(exam.split.train, settings.lightgcn, SEED)


def test_popularity_is_an_honest_baseline(exam: Exam) -> None:
    popular = ndcg(popularity_factors(exam.split.train), exam.split, top_k=10)
    assert len(popular) > 500
    assert 0.03 < popular.mean() < 0.05


def test_lightgcn_passes(exam: Exam, lightgcn: TrainedLightGCN) -> None:
    assert exam.graph_passes(lightgcn), (exam.over_popularity(lightgcn.factors()), exam.over_no_graph(lightgcn))


def test_lightgcn_over_samples_of_the_graph_passes(exam: Exam, settings: TrainingSettings) -> None:
    sampled = settings.lightgcn.model_copy(update={"propagation": "sampled", "fan_out": (10, 5)})
    trained = train_lightgcn(exam.split.train, sampled, SEED)
    assert exam.graph_passes(trained), (exam.over_popularity(trained.factors()), exam.over_no_graph(trained))


@pytest.mark.parametrize("model", [model for model in MODELS if model != "lightgcn"])
def test_other_models_pass(exam: Exam, settings: TrainingSettings, model: str) -> None:
    factors = fit(model, exam.split.train, exam.contents, settings).factors
    assert exam.passes(factors), exam.over_popularity(factors)


def test_an_untrained_model_fails(exam: Exam) -> None:
    untrained = train_lightgcn(exam.split.train, LightGCNSettings(epochs=1, learning_rate=1e-12), SEED)
    assert not exam.passes(untrained.factors())
    assert not exam.graph_passes(untrained)


def test_shuffled_rows_fail(exam: Exam, lightgcn: TrainedLightGCN) -> None:
    factors = lightgcn.factors()
    order = np.random.default_rng(SEED).permutation(len(factors.items))
    assert not exam.passes(Factors(factors.users, factors.items[order], factors.embedding_size))


def test_one_way_edges_fail(exam: Exam, settings: TrainingSettings) -> None:
    train = exam.split.train
    one_way = edge_index(train)[:, : len(train)]
    assert not edge_weights(one_way, len(train.user_ids) + len(train.item_ids)).any()
    # Fewer negatives keep the test short; what it fails by is that taking its graph away changes nothing.
    factorisation = settings.lightgcn.model_copy(update={"negatives": 1_024})
    trained = train_lightgcn(train, factorisation, SEED, edges=one_way)
    assert not exam.graph_passes(trained)
    assert exam.over_no_graph(trained) == Gain(0.0, 1.0)


def test_every_edge_has_its_reverse_and_a_weight(exam: Exam) -> None:
    train = exam.split.train
    edges = edge_index(train)
    nodes = len(train.user_ids) + len(train.item_ids)
    assert edges.shape == (2, 2 * len(train))
    assert set(zip(*edges.tolist(), strict=True)) == set(zip(*edges[::-1].tolist(), strict=True))
    assert (edge_weights(edges, nodes) > 0).all()
