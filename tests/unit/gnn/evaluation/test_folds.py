"""Folds against loops over events, and that nothing of what is held out is for training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnn.evaluation.folds import Fold, TrainingFacts, make_fold, preferences
from gnn.evaluation.split_plan import SplitPlan
from graph.errors import InputError
from graph.event_arrays import ALWAYS, NEVER, EventArrays, UserEvents, event_arrays
from graph.records import Event, Item, User
from graph.statistics import moment
from graph.training_data import PreferenceArrays, compact

Row = tuple[int, int, int, float]
"""User, item, time, weight."""
ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 7), st.integers(1, 20), st.sampled_from([-3.0, -1.0, 1.0, 2.0])),
    min_size=1,
    max_size=60,
)
SINCE = st.dictionaries(st.integers(0, 5), st.integers(0, 25))


@dataclass(frozen=True)
class ListedFacts:
    """Facts of rows; users and items are created at the time that `since` names, or have no such time."""

    rows: list[Row]
    users_since: dict[int, int] = field(default_factory=dict)
    items_since: dict[int, int] = field(default_factory=dict)

    def arrays(self) -> EventArrays:
        histories = [
            UserEvents(f"u{user}", self.users_since.get(user, ALWAYS), *self._columns(user)) for user in range(6)
        ]
        return event_arrays(histories, {f"i{item}": self.items_since.get(item, ALWAYS) for item in range(8)})

    def users(self) -> Iterator[User]:
        return iter([User(f"u{user}") for user in range(6)])

    def items(self) -> Iterator[Item]:
        return iter([Item(f"i{item}") for item in range(8)])

    def events(self) -> Iterator[Event]:
        return (Event(f"e{k}", f"u{u}", f"i{i}", "like", moment(at)) for k, (u, i, at, _) in enumerate(self.rows))

    def _columns(self, user: int) -> tuple[list[str], list[int], list[float]]:
        own = [row for row in self.rows if row[0] == user]
        return [f"i{row[1]}" for row in own], [row[2] for row in own], [row[3] for row in own]


def liked(rows: list[Row]) -> dict[tuple[int, int], int]:
    """Pairs whose weights sum to more than 0, with the time of the newest event."""
    sums: defaultdict[tuple[int, int], float] = defaultdict(float)
    newest: defaultdict[tuple[int, int], int] = defaultdict(int)
    for user, item, at, weight in rows:
        sums[user, item] += weight
        newest[user, item] = max(newest[user, item], at)
    return {pair: newest[pair] for pair, total in sums.items() if total > 0}


def pairs_of(data: PreferenceArrays) -> dict[tuple[int, int], int]:
    users = [int(data.user_ids[row][1:]) for row in data.users.tolist()]
    items = [int(data.item_ids[row][1:]) for row in data.items.tolist()]
    return dict(zip(zip(users, items, strict=True), data.last_at.tolist(), strict=True))


def loaded(facts: ListedFacts, fold: Fold, since: int | None = None) -> set[int]:
    """Numbers of the rows that training would load."""
    return {int(event.event_id[1:]) for event in TrainingFacts(facts, fold, since).events()}


@given(ROWS)
def test_preferences_are_sums_of_what_events_count(rows: list[Row]) -> None:
    history = ListedFacts(rows).arrays()
    everything = history.at > 0
    assert pairs_of(preferences(history, everything)) == liked(rows)
    compacted = compact(preferences(history, everything))
    assert pairs_of(compacted) == liked(rows)
    assert set(compacted.user_ids) == {f"u{user}" for user, _ in liked(rows)}


@given(ROWS, SINCE, SINCE, st.integers(1, 21), st.integers(1, 21))
def test_a_cut_in_time_equals_looking_at_each_event(
    rows: list[Row], users_since: dict[int, int], items_since: dict[int, int], cut: int, until: int
) -> None:
    facts = ListedFacts(rows, users_since, items_since)
    history = facts.arrays()
    fold = make_fold("by hand", history, history.at < until, cut=cut)
    before = [row for row in rows if row[2] < min(cut, until)]
    known = {row[:2] for row in before}
    assert pairs_of(fold.split.train) == liked(before)
    world = liked([row for row in rows if row[2] < until])
    assert pairs_of(fold.split.test) == {pair: at for pair, at in world.items() if pair not in known}
    users = {user.id for user in TrainingFacts(facts, fold).users()}
    items = {item.id for item in TrainingFacts(facts, fold).items()}
    assert users == {f"u{k}" for k in range(6) if users_since.get(k, -1) < cut or any(k == row[0] for row in before)}
    assert items == {f"i{k}" for k in range(8) if items_since.get(k, -1) < cut or any(k == row[1] for row in before)}


@given(ROWS, st.integers(2, 20), st.integers(1, 20))
def test_exactly_the_events_before_the_cut_are_loaded(rows: list[Row], cut: int, since: int) -> None:
    facts = ListedFacts(rows)
    history = facts.arrays()
    fold = make_fold("by hand", history, history.at > 0, cut=cut)
    assert loaded(facts, fold) == {k for k, row in enumerate(rows) if row[2] < cut}
    assert loaded(facts, fold, since) == {k for k, row in enumerate(rows) if since <= row[2] < cut}


PLANS = [
    SplitPlan("temporal", share=0.3, rolling=1),
    SplitPlan("temporal", share=0.6, rolling=3),
    SplitPlan("leave-last", last=2),
    SplitPlan("random", share=0.4, seed=3),
]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.kind}-{plan.rolling}")
@given(rows=ROWS)
def test_no_event_of_a_pair_that_judges_is_loaded(plan: SplitPlan, rows: list[Row]) -> None:
    facts = ListedFacts(rows)
    try:
        folds = plan.folds(facts.arrays())
    except InputError:
        return  # too little data for this plan
    tested = [pairs_of(fold.split.test) for fold in folds]
    for fold, pairs in zip(folds, tested, strict=True):
        assert not {rows[k][:2] for k in loaded(facts, fold)} & set(pairs)
        assert len(loaded(facts, fold)) == fold.kept.sum()
    assert len({pair for pairs in tested for pair in pairs}) == sum(map(len, tested))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.kind}-{plan.rolling}")
def test_a_validation_part_never_sees_what_judges_in_the_end(plan: SplitPlan) -> None:
    facts = ListedFacts([(k % 6, k // 6, 1 + k // 2, 1.0 + k % 2) for k in range(48)])
    history = facts.arrays()
    test = plan.folds(history)
    inner = SplitPlan(
        plan.kind, share=plan.share, rolling=plan.rolling, last=plan.last, seed=plan.seed, validation=True
    )
    assert inner.folds(history)
    for fold in inner.folds(history):
        assert not (fold.kept & ~test[0].kept).any()
        assert set(pairs_of(fold.split.test)) <= set(pairs_of(test[0].split.train))
        assert pairs_of(fold.split.test)


def test_rolling_cuts_part_the_newest_events_into_windows_of_equal_size() -> None:
    facts = ListedFacts([(k % 6, k // 6, 1 + k, 1.0) for k in range(40)])
    folds = SplitPlan(share=0.5, rolling=4).folds(facts.arrays())
    assert [fold.cut for fold in folds] == [21, 26, 31, 36]
    assert all(len(loaded(facts, later, earlier.cut)) == 5 for earlier, later in pairwise(folds))
    assert [fold.cut for fold in SplitPlan(cut=moment(30)).folds(facts.arrays())] == [30]
    assert len(SplitPlan().folds(facts.arrays())) == 5


def test_users_without_anything_to_go_by_can_be_left_out() -> None:
    facts = ListedFacts([(0, 0, 1, 1.0), (1, 1, 2, 1.0), (0, 2, 5, 1.0), (3, 3, 6, 1.0)])
    everyone, known = (SplitPlan(cut=moment(3), known_users=known).folds(facts.arrays())[0] for known in (False, True))
    assert set(pairs_of(everyone.split.test)) == {(0, 2), (3, 3)}
    assert set(pairs_of(known.split.test)) == {(0, 2)}


def test_given_pairs_judge_and_what_only_they_know_is_not_there() -> None:
    history = event_arrays(
        [UserEvents("a", ALWAYS, ["x", "y"], [1, 1], [1.0, 1.0]), UserEvents("b", NEVER, ["z"], [1], [1.0])],
        {"x": ALWAYS, "y": ALWAYS, "z": NEVER},
    )
    fold = SplitPlan("given", test=frozenset({("a", "y"), ("b", "z")})).folds(history)[0]
    assert (len(fold.split.train), len(fold.split.test)) == (1, 2)
    assert (fold.users.tolist(), fold.items.tolist()) == ([True, False], [True, True, False])


@pytest.mark.parametrize(
    ("plan", "rows", "said"),
    [
        (SplitPlan(), [], "There are no events"),
        (SplitPlan(cut=datetime(2020, 1, 1, tzinfo=UTC)), [(0, 0, 1, 1.0), (0, 1, 9, 1.0)], "outside the events"),
        (SplitPlan(cut=moment(1)), [(0, 0, 1, 1.0), (0, 1, 9, 1.0)], "outside the events"),
        (SplitPlan(), [(0, 0, 7, 1.0), (0, 1, 7, 1.0)], "one and the same time"),
        (SplitPlan("leave-last"), [(0, 0, 7, 1.0)], "leaves 1 positive preferences to train on and 0"),
        (SplitPlan(cut=moment(5)), [(0, 0, 1, -1.0), (0, 1, 9, 1.0)], "leaves 0 positive preferences"),
    ],
)
def test_a_split_that_judges_nothing_is_refused(plan: SplitPlan, rows: list[Row], said: str) -> None:
    with pytest.raises(InputError, match=said):
        plan.folds(ListedFacts(rows).arrays())
