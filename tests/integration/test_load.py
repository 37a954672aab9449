"""Loads that are repeated, interrupted, killed and fed with bad rows."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from graph.after_ingest import rebuild_popularity, rebuild_preferences
from graph.client import Graph
from graph.errors import UnknownItem
from graph.load_marks import loaded_chunks
from graph.records import Event
from graph.settings import Neo4jSettings, PopularitySettings, PreferenceSettings
from loaders.cells import cell_of, cells_of
from loaders.load import load
from loaders.rejects import RejectsFile
from loaders.report import Counts, LoadOptions, LoadReport
from loaders.source import Rejected, Source
from tests.environment import environment_of
from tests.worlds.derived import Pair, read_derived
from tests.worlds.listed_source import ListedSource, crossing_source

SMALL = LoadOptions(batch_size=25)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def rejects(tmp_path: Path) -> RejectsFile:
    return RejectsFile(tmp_path / "rejects.csv")


def run(graph: Graph, source: Source, rejects: RejectsFile, options: LoadOptions = SMALL) -> LoadReport:
    with rejects:
        return load(
            graph,
            source,
            options,
            preferences=PreferenceSettings(),
            popularity=PopularitySettings(),
            rejects=rejects,
        )


def recorded(graph: Graph) -> dict[tuple[str, str], int]:
    return {key: pair.recorded for key, pair in read_derived(graph).items()}


def expected(source: ListedSource) -> dict[tuple[str, str], int]:
    return dict(
        Counter((event.user_id, event.item_id) for event in source.event_rows if not isinstance(event, Rejected))
    )


def assert_derived_is_whole(graph: Graph) -> None:
    """Every recorded event is in its preference and popularity, and none twice: what is rebuilt is the same."""
    before = read_derived(graph)
    rebuild_preferences(graph, PreferenceSettings())
    rebuild_popularity(graph, PreferenceSettings(), PopularitySettings())
    after = read_derived(graph)
    assert {key: rounded(pair) for key, pair in before.items()} == {key: rounded(pair) for key, pair in after.items()}


def rounded(pair: Pair) -> Pair:
    return replace(pair, weight=round(pair.weight, 6), popularity=float(f"{pair.popularity:.9e}"))


def test_loading_twice_changes_nothing(graph: Graph, rejects: RejectsFile) -> None:
    source = crossing_source(600)
    first = run(graph, source, rejects)
    before = read_derived(graph)
    second = run(graph, source, rejects)
    assert (first.users, first.items, first.events) == (Counts(new=40), Counts(new=30), Counts(new=600))
    assert (second.users, second.items, second.events) == (
        Counts(repeated=40),
        Counts(repeated=30),
        Counts(repeated=600),
    )
    assert read_derived(graph) == before
    assert recorded(graph) == expected(source)
    assert_derived_is_whole(graph)


@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_writers_does_the_same(graph: Graph, rejects: RejectsFile, threads: int) -> None:
    source = crossing_source(400)
    report = run(graph, source, rejects, LoadOptions(batch_size=10, threads=threads))
    assert report.events == Counts(new=400)
    assert recorded(graph) == expected(source)
    assert_derived_is_whole(graph)


def test_bad_rows_are_put_aside_and_counted(graph: Graph, tmp_path: Path) -> None:
    plain = crossing_source(100)
    bad = [Rejected("events.csv", line, "no item", ",,") for line in (2, 3, 50)]
    source = replace(
        plain,
        user_rows=[bad[0], *plain.user_rows],
        event_rows=[*plain.event_rows[:60], bad[1], *plain.event_rows[60:], bad[2], plain.event_rows[0]],
    )
    rejects = RejectsFile(tmp_path / "rejects.csv")
    report = run(graph, source, rejects)
    assert (report.users, report.events) == (Counts(new=40, rejected=1), Counts(new=100, repeated=1, rejected=2))
    assert rejects.count == 3
    assert len(rejects.path.read_text(encoding="utf-8").splitlines()) == 4


def test_a_dry_run_counts_and_writes_nothing(graph: Graph, rejects: RejectsFile) -> None:
    report = run(graph, crossing_source(90), rejects, LoadOptions(dry_run=True))
    assert (report.users.new, report.items.new, report.events.new, report.dry_run) == (40, 30, 90, True)
    assert read_derived(graph) == {}
    assert run(graph, crossing_source(90), rejects).users == Counts(new=40)


def test_progress_only_grows_and_reaches_the_end(graph: Graph, rejects: RejectsFile) -> None:
    told: dict[str, list[int]] = {"users": [], "items": [], "events": []}
    with rejects:
        load(
            graph,
            crossing_source(300),
            SMALL,
            preferences=PreferenceSettings(),
            popularity=PopularitySettings(),
            rejects=rejects,
            progress=lambda stage, done: told[stage].append(done),
        )
    assert all(done == sorted(done) for done in told.values())
    assert {stage: done[-1] for stage, done in told.items()} == {"users": 40, "items": 30, "events": 300}


def test_a_failed_load_goes_on_where_it_stopped(graph: Graph, rejects: RejectsFile) -> None:
    whole = crossing_source(1600)
    stranger = replace(whole.event_rows[-1], event_id="late", item_id="alien")  # type: ignore[arg-type]  # an Event
    with pytest.raises(UnknownItem, match="alien"):
        run(graph, replace(whole, event_rows=[*whole.event_rows, stranger]), rejects)
    kept = sum(recorded(graph).values())
    assert 0 < kept <= 1600
    assert loaded_chunks(graph, whole.name)
    queries: Counter[str] = Counter()
    graph.observe = lambda name: queries.update([name])
    try:
        report = run(graph, whole, rejects)
    finally:
        graph.observe = lambda _name: None
    assert report.events == Counts(new=1600 - kept, repeated=kept)
    # Of four chunks one at least was not looked at again.
    assert queries["ingest/known_events"] <= 3 * cells_of(SMALL.threads)
    assert loaded_chunks(graph, whole.name) == set()
    assert recorded(graph) == expected(whole)


def test_a_chunk_of_which_a_part_failed_is_not_marked(graph: Graph, rejects: RejectsFile) -> None:
    plain = crossing_source(90)
    first = plain.event_rows[0]
    assert isinstance(first, Event)
    # In another cell than the first event, whose cell is written before.
    alien = next(
        name for name in map("alien{}".format, count()) if cell_of("", name, 2)[1] != cell_of("", first.item_id, 2)[1]
    )
    source = replace(plain, event_rows=[*plain.event_rows, replace(first, event_id="late", item_id=alien)])
    with pytest.raises(UnknownItem, match=alien):
        run(graph, source, rejects)
    assert len(recorded(graph)) > 0
    assert loaded_chunks(graph, source.name) == set()


def test_a_killed_load_leaves_whole_batches_and_goes_on(
    graph: Graph, neo4j_settings: Neo4jSettings, rejects: RejectsFile, tmp_path: Path
) -> None:
    source = crossing_source(20_000)
    environment = environment_of(neo4j_settings)
    command = [sys.executable, "-m", "tests.worlds.loading_process", "20000", str(tmp_path / "killed.csv")]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            stage, done = line.split()
            if stage == "events" and int(done) > 1_500:
                process.kill()
                break
    kept = sum(recorded(graph).values())
    assert 1_500 < kept < 20_000
    assert_derived_is_whole(graph)
    report = run(graph, source, rejects, LoadOptions())
    assert report.events.rows == 20_000
    assert recorded(graph) == expected(source)
    assert_derived_is_whole(graph)
