"""The files of an evaluation: each appears whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from gnn.evaluation.report import html_report
from gnn.evaluation.results import Evaluation, to_json
from graph.errors import InputError

PAGE = "report.html"


def refuse_unusable(folder: Path | None) -> None:
    """Raise InputError for a folder that could not be written to at the end, before an evaluation begins."""
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; choose another --out.")
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise InputError(f"Nothing can be written to {nearest}; choose another --out.")


def write_report(folder: Path, evaluation: Evaluation) -> None:
    """Write report.json and report.html to `folder`, which is made if need be, in place of those that were there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("report.json", to_json(evaluation)), (PAGE, html_report(evaluation))):
        part = folder / f".{name}.part"
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(folder / name)
        finally:
            part.unlink(missing_ok=True)
