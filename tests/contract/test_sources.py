"""What every source promises (see loaders/source.py), held by each on a small input with bad rows in it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from graph.records import Event, Item, User
from loaders.event_tables import EVENT_COLUMNS, event_tables, table_of
from loaders.events import EventFiles
from loaders.mapping import read_mapping
from loaders.movielens import MovieLens
from loaders.pairs import Pairs
from loaders.rejects import RejectsFile
from loaders.source import Rejected, Source
from loaders.synthetic import SyntheticWorld, make_plan

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def movielens(folder: Path, _at: datetime) -> Source:
    (folder / "movies.csv").write_text("movieId,title,genres\n1,A (1999),War\n2,B,Drama\n,C,Drama\n")
    (folder / "ratings.csv").write_text(
        "userId,movieId,rating,timestamp\n1,1,4,964982703\n1,1,4,964982703\n2,2,1,964982703\n3,3,4,964982703\n4,1,x,1\n"
    )
    (folder / "tags.csv").write_text("userId,movieId,tag,timestamp\n1,1,good,1\n1,9,bad,1\n")
    return MovieLens(folder)


def pairs(folder: Path, at: datetime) -> Source:
    (folder / "train.txt").write_text("1 1 2\n2 2\n3\n")
    (folder / "test.txt").write_text("1 3 2\nx 1\n4 y\n")
    return Pairs([folder], at)


def deskdrop(folder: Path, at: datetime) -> Source:
    header = "timestamp,eventType,contentId,personId,sessionId,userAgent,userRegion,userCountry\n"
    rows = (
        "1465413032,VIEW,-1,-2,3,,,\n" * 2,
        "1465413033,LIKE,-1,-3,4,x,y,z\n",
        "soon,VIEW,-4,-5,4,,,\n",
        ",VIEW,1,2,3,,,\n",
    )
    (folder / "users_interactions.csv").write_text(header + "".join(rows))
    return EventFiles([folder], read_mapping("deskdrop"), at)


def online_retail(folder: Path, at: datetime) -> Source:
    header = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,CustomerID,Country\n"
    row = "1,10002,LAMP,2,2010-12-01 08:26:00,1.5,17850,UK\n"
    others = (
        row.replace("1,10002", "C2,10002").replace(",2,2", ",-2,2"),
        row.replace("17850", ""),
        row.replace("10002", "POST"),
    )
    for year in ("1", "2"):
        (folder / f"online_retail_{year}.csv").write_text(header + row * 2 + "".join(others))
    return EventFiles([folder], read_mapping("online-retail"), at)


def synthetic(_folder: Path, _at: datetime) -> Source:
    return SyntheticWorld(make_plan(users=5, items={"movie": 4, "book": 3}, events=50))


SOURCES = [movielens, pairs, deskdrop, online_retail, synthetic]
Make = Callable[[Path, datetime], Source]


@pytest.fixture(params=SOURCES, ids=lambda make: str(make.__name__))
def make(request: pytest.FixtureRequest) -> Make:
    found: Make = request.param
    return found


def test_every_event_names_a_user_and_an_item_of_the_source(make: Make, tmp_path: Path) -> None:
    source = make(tmp_path, NOW)
    users = {row.id for row in source.users() if isinstance(row, User)}
    items = {row.id for row in source.items() if isinstance(row, Item)}
    events = [row for row in source.events() if isinstance(row, Event)]
    assert events
    assert {event.user_id for event in events} <= users
    assert {event.item_id for event in events} <= items
    assert all(event.at.tzinfo is UTC for event in events)


def test_the_order_of_the_calls_does_not_matter(make: Make, tmp_path: Path) -> None:
    source = make(tmp_path, NOW)
    events, items, users = list(source.events()), list(source.items()), list(source.users())
    assert (users, items, events) == (list(source.users()), list(source.items()), list(source.events()))


def test_event_ids_do_not_depend_on_when_they_are_read(make: Make, tmp_path: Path) -> None:
    one, later = make(tmp_path, NOW), make(tmp_path, NOW.replace(year=2027))
    ids = [[row.event_id for row in source.events() if isinstance(row, Event)] for source in (one, later)]
    assert ids[0] == ids[1]


def test_a_bad_row_comes_from_one_method_only(make: Make, tmp_path: Path) -> None:
    source = make(tmp_path, NOW)
    rejected = [
        {(row.file, row.line, row.text) for row in rows if isinstance(row, Rejected)}
        for rows in (source.users(), source.items(), source.events())
    ]
    assert sum(map(len, rejected)) == len(set.union(*rejected))
    assert set.union(*rejected) or make is synthetic


def test_an_iteration_may_be_given_up(make: Make, tmp_path: Path) -> None:
    source = make(tmp_path, NOW)
    next(iter(source.items()))
    next(iter(source.events()))
    assert list(source.users()) == list(make(tmp_path, NOW).users())


def test_its_events_are_the_same_as_tables(make: Make, tmp_path: Path) -> None:
    events = [row for row in make(tmp_path, NOW).events() if isinstance(row, Event)]
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        tables = [table for table, _ in event_tables(make(tmp_path, NOW), rejects)]
    assert pl.concat(tables).rows() == table_of(events).rows()
    assert dict(tables[0].schema) == dict(EVENT_COLUMNS)
