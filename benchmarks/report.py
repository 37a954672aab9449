"""The one form of benchmark results: rows under a header that names the hardware."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gnn.hardware import hardware

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("edgewise", "neo4j", "numpy")


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One measured number. `ratio` is how many times better than `peer` it is; `seed` None: nothing is random."""

    benchmark: str
    dataset: str
    case: str
    metric: str
    value: float
    unit: str
    peer: str | None
    ratio: float | None
    seed: int | None


def versions(*names: str) -> dict[str, str]:
    """Of these packages, as they are installed."""
    return {name: version(name) for name in names}


class Report:
    """Collects the rows of one benchmark; `versions` adds to those of Python and its packages."""

    def __init__(self, name: str, **versions: str) -> None:
        self.name = name
        self.rows: list[ResultRow] = []
        self._versions = versions

    def row(
        self,
        dataset: str,
        case: str,
        metric: str,
        *,
        value: float,
        unit: str,
        peer: str | None = None,
        ratio: float | None = None,
        seed: int | None = None,
    ) -> None:
        """Add a number."""
        self.rows.append(ResultRow(self.name, dataset, case, metric, value, unit, peer, ratio, seed))

    def header(self) -> dict[str, object]:
        """Hardware, versions and the day; nothing that names the machine."""
        packages = versions(*PACKAGES)
        return {
            "benchmark": self.name,
            "hardware": hardware(),
            "versions": {"python": platform.python_version(), **packages, **self._versions},
            "date": datetime.now(UTC).date().isoformat(),
        }

    def write(self, path: Path | None = None) -> Path:
        """Write header and rows as JSON to `path`, else to results/NAME.json."""
        path = path or RESULTS / f"{self.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {"header": self.header(), "rows": [asdict(row) for row in self.rows]}
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        return path

    def show(self, console: Console) -> None:
        """Print the rows as a table for people."""
        table = Table("dataset", "case", "metric", title=self.name)
        table.add_column("value", justify="right")
        for column in ("unit", "against"):
            table.add_column(column)
        for row in self.rows:
            against = f"{row.ratio:.2f} times {row.peer}" if row.peer and row.ratio is not None else ""
            value = f"{row.value:,.4g}" if row.value < 100 else f"{row.value:,.0f}"
            table.add_row(row.dataset, row.case, row.metric, value, row.unit, against)
        console.print(table)
