"""Deskdrop as turns that are replayed: who first turned to which known article, and what the API is told of it."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from api.app import PATH
from benchmarks.serving_world import edgewise, environment_of

FILE = "users_interactions.csv"
LOADED = 0.6
"""Share of the events that is there before."""
TOP_K = 10
CLICK = "mutation ($given: [FeedbackInput!]!) { recordFeedback(feedback: $given) { attributed } }"
EVENT = "mutation ($given: [EventInput!]!) { recordInteractions(events: $given) { recorded } }"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of the file."""

    number: int
    at: datetime
    user: str
    item: str
    row: dict[str, str]


def happened(folder: Path) -> list[Happened]:
    """All events, oldest first."""
    with gzip.open(folder / f"{FILE}.gz", "rt", encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    return [
        Happened(k, datetime.fromtimestamp(int(row["timestamp"]), UTC), row["personId"], row["contentId"], row)
        for k, row in enumerate(rows)
    ]


def write_part(events: list[Happened], folder: Path) -> None:
    """The first events in the form of the whole file."""
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(events[0].row))
        writer.writeheader()
        writer.writerows(one.row for one in events)


def firsts(events: list[Happened], before: list[Happened]) -> Iterator[Happened]:
    """Those of `events` at which somebody turns to an article that is known already, for the first time."""
    seen = {(one.user, one.item) for one in before}
    items = {one.item for one in before}
    for one in events:
        if one.item in items and (one.user, one.item) not in seen:
            seen.add((one.user, one.item))
            yield one


def turns(folder: Path, most: int) -> tuple[list[Happened], list[Happened]]:
    """The events that are there before, and up to `most` first turns to an article after them."""
    everything = happened(folder)
    cut = round(LOADED * len(everything))
    before = everything[:cut]
    return before, list(firsts(everything[cut:], before))[:most]


def uncached(home: Path, **more: str) -> dict[str, str]:
    """The environment of commands and server on the graph in this folder, where no answer is kept."""
    return environment_of(home, EDGEWISE_CACHE_RECOMMENDATIONS_SECONDS="0", **more)


def filled(before: list[Happened], folder: Path, environment: dict[str, str], *models: str) -> None:
    """Load the events and train the models."""
    write_part(before, folder)
    edgewise(environment, "load", "deskdrop", str(folder))
    edgewise(environment, "refresh")
    for model in models:
        edgewise(environment, "train", "--model", model, "--force")


def lists(answer: dict[str, Any], one: Happened) -> bool:
    """Whether the article is among those of an answer."""
    return one.item in {found["item"]["id"] for found in answer["recommendations"]}


def tell(http: httpx.Client, one: Happened, answer: dict[str, Any]) -> None:
    """Tell of a click if the answer lists the article, else of the event alone. Raises RuntimeError."""
    event = {"userId": one.user, "itemId": one.item, "at": one.at.isoformat()}
    if lists(answer, one):
        click = {"feedbackId": f"replay-{one.number}", "type": "click", "reward": 1.0}
        answered = posted(http, CLICK, given=[{**event, **click, "requestId": answer["requestId"]}])
        if answered["recordFeedback"]["attributed"] != 1:
            raise RuntimeError(f"The feedback of event {one.number} did not find its answer.")
    else:
        posted(http, EVENT, given=[{**event, "eventId": f"replay-{one.number}", "type": "view"}])


def posted(http: httpx.Client, query: str, **variables: object) -> dict[str, Any]:
    """What a query answers. Raises RuntimeError."""
    answer = http.post(PATH, json={"query": query, "variables": variables}).raise_for_status().json()
    if "errors" in answer:
        raise RuntimeError(str(answer["errors"]))
    data: dict[str, Any] = answer["data"]
    return data
