"""Which data the demo loads: the given folder, else one beside this checkout, else a download, else a made-up world."""

from __future__ import annotations

from pathlib import Path

import httpx
from rich.console import Console

from graph.errors import SourceError
from graph.settings import EmbeddedSettings, read_settings
from loaders.download import download, movielens_address
from loaders.movielens import MovieLens
from loaders.source import Source
from loaders.synthetic import SyntheticWorld
from loaders.synthetic_world import WorldPlan

NAME = "ml-latest-small"
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / NAME
CONNECT_SECONDS = 10.0
GENERATED = WorldPlan(users=600, items={"movie": 3000, "manga": 1000, "anime": 1000}, events=100_000, seed=7)


def demo_source(data: Path | None, console: Console) -> Source:
    """The source to load; says where it comes from. Raises SourceError if `data` is given and is no MovieLens."""
    if data is not None:
        return MovieLens(data)
    if BESIDE.is_dir():
        console.print(f"Using the MovieLens that is at hand: {NAME}")
        return MovieLens(BESIDE)
    try:
        return MovieLens(_downloaded(console))
    except SourceError as error:
        console.print(f"[bold yellow]MovieLens cannot be had:[/] {error}")
        console.print("[bold yellow]USING A GENERATED WORLD INSTEAD: its people, items and likes are made up.[/]")
        return SyntheticWorld(GENERATED)


def _downloaded(console: Console) -> Path:
    console.print(f"Downloading {NAME} from GroupLens (1 MB) …")
    address = movielens_address(NAME)
    with httpx.Client(timeout=httpx.Timeout(60.0, connect=CONNECT_SECONDS)) as client:
        return download(str(address), read_settings(EmbeddedSettings).cache, client, lambda _had, _all: None)
