from __future__ import annotations

import pytest
from pydantic import ValidationError

from gnn.nightly.settings import NightlySettings
from gnn.nightly.step import fingerprint


@pytest.mark.parametrize("at", ["2 o'clock", "0 25 * * *", "0 2 * *"])
def test_a_time_that_cron_does_not_know_is_refused(at: str) -> None:
    with pytest.raises(ValidationError, match="at"):
        NightlySettings(at=at)


def test_secrets_are_masked() -> None:
    settings = NightlySettings.model_validate({"webhook": "https://example.org/secret", "smtp_password": "secret"})
    assert "secret" not in repr(settings)


def test_a_fingerprint_is_that_of_the_values_and_not_of_their_order() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
