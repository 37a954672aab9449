"""One simulated night in a process of its own: `python -m benchmarks.week_night 2018-09-12T02:00:00+00:00`.

All that is simulated is what time it is: the rest is `edgewise nightly`, on the graph that the environment names.
"""

from __future__ import annotations

import sys
from datetime import datetime

from rich.console import Console

from edgewise.nightly_commands import night
from gnn.nightly.settings import NightlySettings
from graph.settings import read_settings

if __name__ == "__main__":
    moment = datetime.fromisoformat(sys.argv[1])
    night(read_settings(NightlySettings), Console(quiet=True), clock=lambda: moment)
