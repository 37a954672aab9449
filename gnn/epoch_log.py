"""A log of epochs as a CSV file, one line each, for plotting and for reading while a training runs."""

from __future__ import annotations

import csv
from pathlib import Path

from gnn.factors import Epoch, Watch
from graph.errors import ConfigurationError

COLUMNS = ("model", "stage", "phase", "epoch", "loss", "validation", "seconds", "learning_rate")


class EpochLog:
    """A watch that appends to a file. A training that goes on after a kill repeats the epochs it had not kept.

    Raises ConfigurationError, when it is made, if the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", newline="", encoding="utf-8") as file:
                if not file.tell():
                    csv.writer(file).writerow(COLUMNS)
        except OSError as error:
            raise ConfigurationError(f"The log of epochs cannot be written: {error}. Name another file.") from error

    def __call__(self, epoch: Epoch) -> None:
        """Write the line at once, so that a kill loses none; empty cells stand for what is not known."""
        numbers = (epoch.loss, epoch.validation, epoch.seconds, epoch.learning_rate)
        shown = ("" if number is None else f"{number:.6g}" for number in numbers)
        with self._path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow([epoch.model, epoch.stage, epoch.phase, epoch.number, *shown])


def logged(watch: Watch, path: Path | None) -> Watch:
    """`watch`, and a log at `path` if there is one."""
    if path is None:
        return watch
    log = EpochLog(path)

    def both(epoch: Epoch) -> None:
        log(epoch)
        watch(epoch)

    return both
