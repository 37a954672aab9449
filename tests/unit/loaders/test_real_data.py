"""The real data sets, read but not loaded: every row is an event or rejected with its reason, as published."""

import gzip
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import polars as pl

from graph.records import Event, Item
from loaders.events import EventFiles
from loaders.mapping import read_mapping
from loaders.movielens import MovieLens
from loaders.pairs import Pairs
from loaders.source import Rejected

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OVERLAPPING_ROWS = 22_523
"""Rows of 1 to 9 December 2010, the last of the one year's file and the first of the other's."""


def test_movielens(shared_data: Path) -> None:
    source = MovieLens(shared_data / "ml-latest-small")
    events = list(source.events())
    items = list(source.items())
    assert len({event.event_id for event in events if isinstance(event, Event)}) == len(events) == 100_836
    assert len([item for item in items if isinstance(item, Item)]) == len(items) == 9742
    assert len(list(source.users())) == 610


def test_gowalla(shared_data: Path) -> None:
    source = Pairs([shared_data / "gowalla"], NOW)
    assert len(list(source.users())) == 29_858
    assert len(list(source.items())) == 40_981
    assert Counter(type(row) for row in source.events()) == {Event: 810_128 + 217_242}


def test_deskdrop(shared_data: Path) -> None:
    source = EventFiles([shared_data / "deskdrop"], read_mapping("deskdrop"), NOW)
    events = [row for row in source.events() if isinstance(row, Event)]
    assert Counter(event.type for event in events) == {
        "view": 61_086,
        "like": 5745,
        "bookmark": 2463,
        "comment": 1611,
        "follow": 1407,
    }
    assert len({event.event_id for event in events}) == 72_312
    assert len({event.user_id for event in events}) == 1895
    assert Counter(item.kind for item in source.items()) == {"article": 2987}
    assert source.undated == 0


def test_online_retail_says_what_it_leaves_out(shared_data: Path, tmp_path: Path) -> None:
    with gzip.open(shared_data / "online-retail" / "online_retail_2009_2010.csv.gz") as file:
        (tmp_path / "online_retail.csv").write_bytes(b"".join(islice(file, 100_001)))
    rows = EventFiles([tmp_path / "online_retail.csv"], read_mapping("online-retail"), NOW).events()
    counts = Counter(row.reason if isinstance(row, Rejected) else row.type for row in rows)

    table = pl.read_csv(tmp_path / "online_retail.csv", infer_schema=False)
    known = table.drop_nulls("CustomerID")
    product = pl.col("StockCode").str.contains("^[0-9]{5}|^SP1002$")
    priced = known.filter(product, pl.col("Price").cast(pl.Float64) > 0)
    assert counts.pop("the user id is missing") == table["CustomerID"].null_count() > 20_000
    assert counts.pop("return") == len(priced.filter(pl.col("Invoice").str.starts_with("C"))) > 1000
    assert counts.pop("purchase") == len(priced.filter(~pl.col("Invoice").str.starts_with("C"))) > 70_000
    assert counts.pop("the price is not above zero") == len(known.filter(product)) - len(priced) > 0
    assert list(counts.values()) == [len(known.filter(~product))]


def test_the_two_years_of_online_retail_share_what_they_both_have(shared_data: Path, tmp_path: Path) -> None:
    one, two = (
        gzip.decompress((shared_data / "online-retail" / f"online_retail_{years}.csv.gz").read_bytes()).splitlines()
        for years in ("2009_2010", "2010_2011")
    )
    (tmp_path / "online_retail_1.csv").write_bytes(b"\n".join([one[0], *one[-OVERLAPPING_ROWS:]]))
    (tmp_path / "online_retail_2.csv").write_bytes(b"\n".join(islice(two, OVERLAPPING_ROWS + 1)))
    source = EventFiles([tmp_path], read_mapping("online-retail"), NOW)
    ids = [row.event_id for row in source.events() if isinstance(row, Event)]
    assert len(ids) == 2 * len(set(ids))
    assert any(event_id.endswith(":2") for event_id in ids)
