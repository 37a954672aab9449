"""Choosing the number of epochs by what is held out of train, and learning anew for as many."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import numpy as np
import pytest

from gnn.distributed import Processes
from gnn.early_stopping import Best, Validation
from gnn.factors import Epoch, Factors, unwatched
from gnn.learning import Course, Learner, Progress
from gnn.lightgcn import TrainedLightGCN, train_lightgcn
from gnn.metrics import evaluate
from gnn.settings import RunSettings
from gnn.splits import leave_last, random_share
from graph.errors import InputError, ModelError
from graph.training_data import PreferenceArrays
from tests.worlds.communities import SEED, communities, plain

RUN = RunSettings(device="cpu")
RULE = partial(leave_last, last=2)
CHOOSING: dict[str, Any] = {
    "epochs": 30,
    "batch_size": 256,
    "negatives": 50,
    "learning_rate": 0.05,
    "validation_every": 2,
    "patience": 3,
}


@pytest.fixture(scope="module")
def data() -> PreferenceArrays:
    return communities()


def train(data: PreferenceArrays, told: list[Epoch] | None = None, **changed: Any) -> TrainedLightGCN:
    watch = unwatched if told is None else told.append
    rest = {name: changed.pop(name) for name in ("rule", "clock", "edges") if name in changed}
    return train_lightgcn(data, plain(**{**CHOOSING, **changed}), SEED, watch, run=RUN, **rest)


def test_the_best_epoch_is_chosen_and_the_search_ends_after_patience(data: PreferenceArrays) -> None:
    told: list[Epoch] = []
    selection = train(data, told, rule=RULE).selection
    assert selection is not None
    searched = [epoch for epoch in told if epoch.phase == "selection"]
    seen = {epoch.number: epoch.validation for epoch in searched if epoch.validation is not None}
    assert list(seen) == list(range(2, searched[-1].number + 1, 2))
    assert (selection.epochs, selection.value) == max(seen.items(), key=lambda one: one[1])
    assert 2 < selection.epochs < 24
    assert searched[-1].number == selection.epochs + 2 * 3
    fitted = [epoch.number for epoch in told if epoch.phase == "fit"]
    assert fitted == list(range(1, selection.epochs + 1))


def test_the_refit_learns_from_everything_for_as_many_epochs(data: PreferenceArrays) -> None:
    chosen = train(data, rule=RULE)
    straight = train(data, epochs=chosen.epochs, validation_every=0)
    assert np.array_equal(chosen.factors().items, straight.factors().items)
    assert chosen.selection is not None
    assert chosen.epochs == chosen.selection.epochs


def test_without_a_refit_the_best_epochs_vectors_are_kept(data: PreferenceArrays) -> None:
    chosen = train(data, rule=RULE, refit=False)
    split = RULE(data)
    straight = train(split.train, epochs=chosen.epochs, validation_every=0)
    assert np.array_equal(chosen.factors().items, straight.factors().items)
    factors = chosen.factors()
    value = evaluate(factors.users, factors.items, split.train, split.test, top_k=20)["ndcg"].mean()
    assert chosen.selection is not None
    assert chosen.selection.value == pytest.approx(value)


def test_the_refit_takes_the_steps_of_the_search(data: PreferenceArrays) -> None:
    told: list[Epoch] = []
    train(data, told, rule=RULE, schedule="cosine")
    rates = {phase: [e.learning_rate for e in told if e.phase == phase] for phase in ("selection", "fit")}
    assert rates["fit"] == pytest.approx(rates["selection"][: len(rates["fit"])], rel=0.02)
    assert rates["fit"][-1] != rates["fit"][0]


def test_by_default_a_random_share_of_each_user_is_held_out(data: PreferenceArrays) -> None:
    by_default = train(data, refit=False)
    by_hand = train(data, refit=False, rule=partial(random_share, share=0.1, seed=SEED))
    assert np.array_equal(by_default.factors().items, by_hand.factors().items)


def test_learning_validating_and_fitting_are_timed_apart(data: PreferenceArrays) -> None:
    ticks = itertools.count()
    trained = train(data, rule=RULE, epochs=4, clock=lambda: float(next(ticks)))
    assert trained.selection is not None
    # The clock moves by 1 whenever it is read: before and after the start, each epoch, and each validation.
    assert trained.selection.seconds == 1 + 4
    assert trained.selection.validation_seconds == 2
    assert trained.seconds == 1 + trained.epochs


def test_at_most_so_many_users_are_asked(data: PreferenceArrays) -> None:
    split = RULE(data)
    few = Validation(split, plain(validation_users=10, validation_metric="recall", validation_top_k=90), seed=1)
    assert len(np.unique(few._test.users)) == 10
    random = np.random.default_rng(1)
    users, items = (random.normal(size=(n, 3)).astype(np.float32) for n in (150, 90))
    # With all items ranked every held-out one is found.
    assert few(Factors(users, items, 3)) == 1


def test_the_best_is_the_first_of_equals_and_never_no_number() -> None:
    best = Best()
    improved = [best.improved(k, value) for k, value in enumerate([float("nan"), 0.2, 0.2, 0.3, float("nan")])]
    assert improved == [False, True, False, True, False]
    assert (best.epoch, best.value, best.since) == (3, 0.3, 1)


def test_edges_of_ones_own_cannot_be_validated(data: PreferenceArrays) -> None:
    with pytest.raises(InputError, match="what it holds out"):
        train(data, edges=np.array([[0], [1]]))


def test_nothing_to_hold_out_is_told(data: PreferenceArrays) -> None:
    with pytest.raises(InputError, match="would be left to learn from"):
        train(data, rule=partial(leave_last, last=0))


def test_a_loss_that_is_no_number_ends_the_training() -> None:
    class Diverging(Learner):
        def __init__(self) -> None:
            """Nothing to learn with."""

        def epoch(self, number: int) -> float:
            return 1.0 if number < 3 else float("inf")

        @property
        def learning_rate(self) -> float:
            return 1.0

    kept: list[bool] = []
    course = Course(Diverging(), plain(), Processes(), unwatched, lambda: 0.0)
    with pytest.raises(ModelError, match=r"inf after epoch 3.*LEARNING_RATE"):
        course.run(Progress("fit"), 5, None, lambda *, last: kept.append(last))
    assert kept == [False, False]
