"""Exports of a neighbourhood and of the whole graph: what they hold, what they leave out, and whose ids they hide."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import networkx as nx
import polars as pl
import pytest
from typer.testing import CliRunner

from edgewise import export_commands
from graph.client import Graph
from graph.edge_lists import EVENTS, PREFERENCES, SIMILARITIES, TAGGINGS, Table, pages
from graph.errors import InputError, UnknownItem, UnknownUser
from graph.export import Format, export_graph, export_neighbourhood
from graph.neighbourhood import Start, neighbourhood
from graph.networkx_export import neighbourhood_network
from graph.pseudonyms import Pseudonyms
from graph.settings import ExportSettings
from tests.worlds.world import World, write_world

MOMENT = 1_767_225_600_000
USERS = tuple(f"user-{k}@example.org" for k in range(7))
ITEMS = tuple(f"i{k}" for k in range(5))
ANN = USERS[0]
HIDDEN, OPEN = Pseudonyms(b"0123456789abcdef"), Pseudonyms(None)
SETTINGS = ExportSettings()
WORLD = World(
    users=USERS,
    items=ITEMS,
    titles={"i0": "Heat\x07 & <more>"},
    tags={("i0", "noir"): 1.0, ("i1", "noir"): 0.5},
    prefers={(user, item): 1.0 + k for k, (user, item) in enumerate(product(USERS[:4], ITEMS[:3]))},
    similar={("i0", "i3", "co-occurrence"): 0.8, ("i0", "i3", "content"): 0.3, ("i3", "i0", "content"): 0.3},
    events=tuple((ANN, "i0", f"{ANN}:{k}", "view", MOMENT + k) for k in range(3)),
    creators={"i0": "Michael Mann"},
)


@pytest.fixture
def world(graph: Graph) -> Graph:
    write_world(graph, WORLD)
    return graph


def text_below(path: Path) -> str:
    """All that a person could find in a file or folder, Parquet read out."""
    if path.suffix == ".parquet" and path.is_file():
        return pl.read_parquet(path).write_csv()
    return "".join(text_below(child) for child in path.iterdir()) if path.is_dir() else path.read_text()


def test_a_neighbourhood_is_what_networkx_finds(world: Graph) -> None:
    network = neighbourhood_network(neighbourhood(world, "User", ANN, 2, SETTINGS), OPEN)
    whole: nx.Graph[str] = nx.Graph()
    whole.add_edges_from((f"User:{user}", f"Item:{item}") for user, item in WORLD.prefers)
    whole.add_edges_from((f"Item:{item}", f"Tag:{tag}") for item, tag in WORLD.tags)
    whole.add_edges_from((f"Item:{item}", f"Item:{other}") for item, other, _ in WORLD.similar)
    whole.add_edges_from((f"Item:{item}", f"Creator:{name}") for item, name in WORLD.creators.items())
    assert set(network) == set(nx.ego_graph(whole, f"User:{ANN}", radius=2))
    assert network.number_of_edges("Item:i0", "Item:i3") == 2
    assert network.edges[f"User:{ANN}", "Item:i2", 0] == {"type": "PREFERS", "weight": 3.0}


def test_a_neighbourhood_says_what_it_left_out(world: Graph) -> None:
    found = neighbourhood(world, "Item", "i0", 2, ExportSettings(node_limit=4, per_node=2))
    assert len(found.nodes) == 4
    assert found.nodes_cut > 0
    assert found.trimmed > 0
    assert "--limit" in found.cut()
    assert neighbourhood(world, "User", ANN, 1, SETTINGS).cut() == ""


def test_a_supernode_gives_its_strongest(world: Graph) -> None:
    found = neighbourhood(world, "Item", "i0", 1, ExportSettings(per_node=1))
    assert [edge.source.key for edge in found.edges.values() if edge.type == "PREFERS"] == [USERS[3]]


@pytest.mark.parametrize(("label", "error"), [("User", UnknownUser), ("Item", UnknownItem)])
def test_an_unknown_start_is_named(world: Graph, label: Start, error: type[InputError]) -> None:
    with pytest.raises(error, match=r"'nobody'.*case-sensitive"):
        neighbourhood(world, label, "nobody", 1, SETTINGS)
    with pytest.raises(InputError, match="1 to 4"):
        neighbourhood(world, "User", ANN, 9, SETTINGS)


@pytest.mark.parametrize("form", ["graphml", "json", "parquet"])
@pytest.mark.parametrize("whole", [True, False])
def test_no_export_names_a_person(world: Graph, tmp_path: Path, form: Format, whole: bool) -> None:
    out = tmp_path / "export"
    if whole:
        export_graph(world, out, form, HIDDEN, SETTINGS, events=True)
    else:
        export_neighbourhood(neighbourhood(world, "User", ANN, 2, SETTINGS, events=True), out, form, HIDDEN)
    text = text_below(out)
    assert "example.org" not in text
    assert "Mann" not in text
    assert HIDDEN.of("User", ANN) in text


def test_files_are_read_back(world: Graph, tmp_path: Path) -> None:
    found = neighbourhood(world, "User", ANN, 2, SETTINGS)
    export_neighbourhood(found, tmp_path / "a.graphml", "graphml", OPEN)
    export_neighbourhood(found, tmp_path / "a.json", "json", OPEN)
    by_xml = nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True)
    by_json = nx.node_link_graph(json.loads((tmp_path / "a.json").read_text()), edges="edges")
    assert set(by_xml) == set(by_json)
    assert by_xml.number_of_edges() == by_json.number_of_edges() == len(found.edges)
    assert by_xml.nodes["Item:i0"]["title"] == "Heat & <more>"


def test_the_whole_graph_streams_into_edge_lists(world: Graph, tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []
    report = export_graph(
        world, tmp_path / "all", "parquet", OPEN, SETTINGS, events=True, progress=lambda *row: seen.append(row)
    )
    assert report.rows == {
        "users": 7, "items": 5, "prefers": 12, "has_tag": 2, "by": 1, "similar": 3, "interacted": 3,
    }  # fmt: skip
    assert dict(seen) == report.rows
    prefers = pl.read_parquet(tmp_path / "all" / "prefers.parquet")
    assert {(row["source"], row["target"]): row["weight"] for row in prefers.to_dicts()} == WORLD.prefers
    assert prefers.schema["lastAt"] == pl.Datetime("ms", "UTC")


@pytest.mark.parametrize("table", [PREFERENCES, SIMILARITIES, TAGGINGS, EVENTS], ids=lambda table: table.name)
@pytest.mark.parametrize("page", [1, 2, 100])
def test_pages_give_every_row_once(world: Graph, table: Table, page: int) -> None:
    rows = [tuple(row.values()) for rows in pages(world, table, page) for row in rows]
    assert len(rows) == len(set(rows)) == {"prefers": 12, "similar": 3, "has_tag": 2, "interacted": 3}[table.name]


def interrupt(_table: str, _rows: int) -> None:
    raise KeyboardInterrupt


def test_what_exists_is_replaced_by_force_alone_and_only_as_a_whole(world: Graph, tmp_path: Path) -> None:
    out = tmp_path / "all"
    export_graph(world, out, "parquet", HIDDEN, SETTINGS)
    with pytest.raises(InputError, match="--force"):
        export_graph(world, out, "parquet", HIDDEN, SETTINGS)
    with pytest.raises(KeyboardInterrupt):
        export_graph(world, out, "parquet", HIDDEN, SETTINGS, force=True, progress=interrupt)
    assert len(list(out.iterdir())) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["all"]
    export_graph(world, out, "json", HIDDEN, SETTINGS, force=True)
    assert out.is_file()


def test_a_folder_of_something_else_is_never_replaced(world: Graph, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="more than an export"):
        export_graph(world, tmp_path / "precious", "parquet", HIDDEN, SETTINGS, force=True)
    with pytest.raises(InputError, match="no folder"):
        export_graph(world, tmp_path / "missing" / "x", "parquet", HIDDEN, SETTINGS)


def test_what_is_made_in_memory_has_a_limit(world: Graph, tmp_path: Path) -> None:
    small = ExportSettings(memory_limit=5)
    with pytest.raises(InputError, match=r"21 relationships.*parquet"):
        export_graph(world, tmp_path / "a.json", "json", HIDDEN, small)


@pytest.fixture
def command(world: Graph, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command on the graph of the test instead of the one that the environment names."""

    @contextmanager
    def opened() -> Iterator[Graph]:
        yield world

    monkeypatch.setattr(export_commands, "open_graph", opened)
    return CliRunner()


def test_the_command_writes_and_tells(command: CliRunner, tmp_path: Path) -> None:
    out = tmp_path / "near.graphml"
    done = command.invoke(export_commands.app, ["--user", ANN, "--out", str(out), "--limit", "4"])
    assert done.exit_code == 0, done.output
    assert "4 nodes" in done.output
    assert "Not all of it" in done.output
    assert len(nx.read_graphml(out)) == 4
    done = command.invoke(export_commands.app, ["--out", str(tmp_path / "all.parquet"), "--with-ids"])
    assert done.exit_code == 0, done.output
    assert ANN in text_below(tmp_path / "all.parquet")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "1", "--item", "2", "--out", "a.json"], "not both"),
        (["--out", "a.docx"], "--format"),
        (["--user", "nobody", "--out", "a.json"], "No user has the id"),
    ],
)
def test_the_command_refuses_in_words(command: CliRunner, arguments: list[str], said: str) -> None:
    done = command.invoke(export_commands.app, arguments)
    assert isinstance(done.exception, InputError)
    assert said in str(done.exception)
