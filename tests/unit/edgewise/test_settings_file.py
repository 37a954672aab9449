from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edgewise.main import app
from edgewise.settings_file import apply
from gnn.model_settings import LightGCNSettings
from gnn.settings import DataSettings, TrainingSettings
from graph.errors import ConfigurationError
from graph.settings import EVENT_WEIGHTS, PreferenceSettings

TOML = """
[lightgcn]
epochs = 40
fan_out = [7, 3]

[preference.weights]
view = 0.25

[data]
until = 2026-03-01T00:00:00Z
least_per_user = 5

[training]
models = ["hybrid", "als"]
"""
YAML = """
lightgcn: {epochs: 40, fan_out: [7, 3]}
preference: {weights: {view: 0.25}}
data: {until: 2026-03-01T00:00:00Z, least_per_user: 5}
training: {models: [hybrid, als]}
"""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of its own, which is gone afterwards."""
    monkeypatch.setattr(os, "environ", os.environ.copy())


@pytest.mark.parametrize(("name", "text"), [("edgewise.toml", TOML), ("edgewise.yaml", YAML)])
def test_a_file_stands_in_for_variables(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    os.environ["EDGEWISE_DATA_LEAST_PER_USER"] = "2"
    assert len(apply(file)) == 5
    assert (LightGCNSettings().epochs, LightGCNSettings().fan_out) == (40, (7, 3))
    assert PreferenceSettings().weights == {**EVENT_WEIGHTS, "view": 0.25}
    data = DataSettings()
    assert data.until is not None
    assert (data.until.isoformat(), data.least_per_user) == ("2026-03-01T00:00:00+00:00", 2)
    assert TrainingSettings().models == ("als", "hybrid"), "what is blended comes first"


def test_every_command_takes_one(tmp_path: Path) -> None:
    file = tmp_path / "edgewise.toml"
    file.write_text("[api]\nport = 9123\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["--settings", str(file), "config", "show", "--changed"])
    assert done.exit_code == 0, done.output
    assert "9123" in done.output
    bare = CliRunner().invoke(app, ["config", "--help"])
    assert "show" in bare.output


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "[lightgnc]\nepochs = 4", "no section 'lightgnc'. Did you mean 'lightgcn'?"),
        ("a.toml", "[lightgcn]\nepoch = 4", "lightgcn has no setting 'epoch'. Did you mean 'epochs'?"),
        ("a.toml", "lightgcn = 4", "sections with keys were expected where 4 stands"),
        ("a.toml", "[lightgcn", "cannot be read"),
        ("a.yaml", "a: [", "cannot be read"),
        ("a.yaml", "- a", "sections with keys were expected"),
        ("a.ini", "", "must end in .toml, .yaml or .yml"),
        ("missing.toml", None, "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_set(tmp_path: Path, name: str, text: str | None, said: str) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text, encoding="utf-8")
    before = dict(os.environ)
    with pytest.raises(ConfigurationError) as wrong:
        apply(file)
    assert said in str(wrong.value)
    assert dict(os.environ) == before
