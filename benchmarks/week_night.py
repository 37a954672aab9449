"""One simulated night in a process of its own: `python -m benchmarks.week_night 2018-09-12T02:00:00+00:00`.

All that is simulated is what time it is; the steps, the trainings and the graph that the environment names are real.
"""

from __future__ import annotations

import sys
from datetime import datetime

from edgewise.session import open_graph
from edgewise.tasks import night_steps
from gnn.nightly.night import run_night
from gnn.nightly.settings import NightlySettings
from gnn.settings import TrainingSettings
from graph.ids import new_id
from graph.jobs import NIGHTLY
from graph.settings import PreferenceSettings, read_settings
from recommend.settings import RecommendSettings


def main(moment: datetime) -> None:
    """As `edgewise nightly` has it, but for the clock."""
    nightly, run_id = read_settings(NightlySettings), new_id(NIGHTLY)
    rules = read_settings(TrainingSettings), read_settings(RecommendSettings), read_settings(PreferenceSettings)
    with open_graph() as graph:
        steps = night_steps(graph, nightly, *rules, run_id=run_id)
        run_night(graph, steps, nightly, lambda: moment, run_id=run_id)


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]))
