"""Feedback finds the answer that led to it, counts once, and is an event whatever became of its answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from graph.client import Graph
from graph.errors import InputError, UnknownItem
from graph.feedback import Feedback, FeedbackReport, record_feedback
from graph.history import newest_events
from graph.impressions import Shown, ShownItem, record_impressions
from graph.settings import FeedbackSettings, PopularitySettings, PreferenceSettings
from graph.statistics import counts
from graph.user_states import user_states
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.world import write_world

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
ASK = """query ($user: ID!) { recommendations(userId: $user, first: 3, strategy: "co-occurrence") {
  requestId recommendations { item { id } } } }"""
TELL = """mutation ($given: [FeedbackInput!]!) { recordFeedback(feedback: $given) { recorded repeated attributed } }"""


@pytest.fixture
def world(graph: Graph) -> Graph:
    write_world(graph, shelf())
    for hours, request in ((30, "old"), (3, "late"), (1, "latest")):
        show(graph, request, "user-1", AT - timedelta(hours=hours))
    return graph


@pytest.fixture
def client(graph: Graph) -> Iterator[Client]:
    write_world(graph, shelf())
    with running_client(graph) as running:
        yield running


def show(graph: Graph, request: str, user: str | None, at: datetime = AT, *items: str) -> None:
    listed = tuple(ShownItem(item, k, "als", 1.0) for k, item in enumerate(items or ("film-20", "film-21"), 1))
    record_impressions(graph, [Shown(request, user, "visit", at, "hybrid", "als", listed)])


def tell(graph: Graph, *given: Feedback, **settings: float) -> FeedbackReport:
    rules = FeedbackSettings.model_validate(settings)
    return record_feedback(graph, given, PreferenceSettings(), PopularitySettings(), rules)


def reaction(name: str = "f1", item: str = "film-20", kind: str = "click", **told: object) -> Feedback:
    known: dict[str, object] = {"feedback_id": name, "item_id": item, "type": kind, "at": AT, **told}
    return Feedback(**known)  # type: ignore[arg-type]  # fields by name


def led_to(graph: Graph) -> dict[str, str | None]:
    """The request that each feedback is attributed to."""
    return {row["feedbackId"]: row["requestId"] for row in graph.read("explore/what_led_to_what")}


def test_it_belongs_to_the_answer_that_it_names(world: Graph) -> None:
    report = tell(world, reaction(request_id="late"))
    assert report == FeedbackReport(1, 0, 1, frozenset({"user-1"}))
    assert led_to(world) == {"f1": "late"}


def test_without_a_request_the_latest_showing_counts(world: Graph) -> None:
    tell(world, reaction(user_id="user-1"))
    tell(world, reaction("f2", user_id="user-1", at=AT - timedelta(hours=2)))
    assert led_to(world) == {"f1": "latest", "f2": "late"}


def test_a_showing_before_the_window_does_not_count(world: Graph) -> None:
    tell(world, reaction(user_id="user-1", at=AT - timedelta(hours=4)), window_hours=24)
    assert led_to(world) == {"f1": None}
    tell(world, reaction(user_id="user-1", at=AT - timedelta(hours=4)), window_hours=48)
    assert led_to(world) == {"f1": "old"}


def test_only_an_answer_that_showed_the_item_counts(world: Graph) -> None:
    show(world, "other", "user-1", AT, "film-30")
    tell(
        world,
        reaction(user_id="user-1"),
        reaction("f2", request_id="other"),
        reaction("f3", "film-40", user_id="fan-3"),
    )
    assert led_to(world) == {"f1": "latest", "f2": None, "f3": None}


def test_an_unknown_request_leaves_a_plain_event(world: Graph) -> None:
    before = counts(world)
    report = tell(world, reaction(request_id="gone", user_id="user-1"))
    assert (report.new, report.attributed) == (1, 0)
    assert newest_events(world, ["user-1"], 1)["user-1"][0].event_id == "f1"
    after = counts(world)
    assert (after.events - before.events, after.feedback, after.attributed) == (1, 1, 0)


def test_it_counts_once_however_often_it_is_sent(world: Graph) -> None:
    before = counts(world).events
    one = reaction(request_id="late")
    assert tell(world, one, one) == FeedbackReport(1, 1, 1, frozenset({"user-1"}))
    assert tell(world, one) == FeedbackReport(0, 1, 0, frozenset({"user-1"}))
    after = counts(world)
    assert (after.events - before, after.feedback, after.attributed) == (1, 1, 1)


def test_feedback_of_days_later_finds_its_answer(world: Graph) -> None:
    tell(world, reaction(request_id="old", kind="purchase", at=AT + timedelta(days=9)))
    assert led_to(world) == {"f1": "old"}


def test_a_session_has_feedback_but_no_events(world: Graph) -> None:
    show(world, "visit", None)
    before = counts(world).events
    assert tell(world, reaction(request_id="visit")) == FeedbackReport(1, 0, 1, frozenset())
    assert counts(world).events == before


def test_what_was_taken_no_longer_counts_as_shown_in_vain(world: Graph) -> None:
    show(world, "now", "user-2", datetime.now(UTC))
    tell(world, reaction(request_id="now"), reaction("f2", "film-21", "dismiss", request_id="now"))
    assert dict(user_states(world, ["user-2"], [], 7.0)["user-2"].shown) == {"film-21": 1}


@pytest.mark.parametrize(
    ("told", "error", "why"),
    [
        ({"request_id": "late", "user_id": "user-2"}, InputError, "was shown to another user"),
        ({"request_id": "gone"}, InputError, "name the user, too"),
        ({"request_id": "late", "item": "no-such"}, UnknownItem, "no-such"),
    ],
)
def test_wrong_feedback_is_refused_and_nothing_is_kept(
    world: Graph, told: dict[str, str], error: type[Exception], why: str
) -> None:
    before = counts(world)
    with pytest.raises(error, match=why):
        tell(world, reaction("good", request_id="late"), reaction("bad", **told))
    assert counts(world) == before


def test_a_client_reacts_before_the_answer_is_in_the_graph(client: Client, graph: Graph) -> None:
    answer = client.ask(ASK, user="user-2")["recommendations"]
    item = answer["recommendations"][1]["item"]["id"]
    assert client.impressions.waiting == 1
    given = {"feedbackId": "f1", "itemId": item, "type": "click", "requestId": answer["requestId"]}
    for repeated, attributed in ((0, 1), (1, 0)):
        told = client.ask(TELL, given=[given])["recordFeedback"]
        assert told == {"recorded": 1 - repeated, "repeated": repeated, "attributed": attributed}
    assert led_to(graph) == {"f1": answer["requestId"]}
    again = client.ask(ASK, user="user-2")["recommendations"]["recommendations"]
    assert item not in [one["item"]["id"] for one in again]


def test_every_problem_of_feedback_is_named(client: Client) -> None:
    wrong = {"feedbackId": "", "itemId": "film-1", "type": "Click!", "reward": 2.0, "at": "2026-05-04T12:00:00"}
    error = client.refused(TELL, given=[wrong])
    assert error["extensions"]["code"] == "BAD_INPUT"
    for part in ("feedbackId", "requestId or a userId", "type", "reward", "at"):
        assert part in error["message"]


def test_somebody_new_reacts_to_their_first_answer(client: Client, graph: Graph) -> None:
    answer = client.ask(ASK, user="stranger")["recommendations"]
    item = answer["recommendations"][0]["item"]["id"]
    given = {
        "feedbackId": "f1",
        "itemId": item,
        "type": "click",
        "requestId": answer["requestId"],
        "userId": "stranger",
    }
    assert client.ask(TELL, given=[given])["recordFeedback"]["attributed"] == 1
    assert led_to(graph) == {"f1": answer["requestId"]}
