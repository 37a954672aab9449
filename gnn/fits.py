"""How each model with vectors is fitted. A new one is a file beside this one, and a function and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gnn.factors import Learned, Watch
from gnn.settings import TrainingSettings
from graph.errors import TrainingUnavailable
from graph.training_data import ItemContent, PreferenceArrays, UserProfile


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a model may learn from, and how. `kept_as`: name of the checkpoint of a training that can be resumed."""

    data: PreferenceArrays
    contents: Sequence[ItemContent]
    profiles: Sequence[UserProfile]
    settings: TrainingSettings
    watch: Watch
    kept_as: str | None = None

    @property
    def seed(self) -> int:
        """Where its randomness starts."""
        return self.settings.seed


def _lightgcn(lesson: Lesson) -> Learned:
    from gnn.lightgcn import train_lightgcn

    data, settings = lesson.data, lesson.settings
    trained = train_lightgcn(
        data, settings.lightgcn, lesson.seed, lesson.watch, run=settings.run, kept_as=lesson.kept_as
    )
    return Learned(data.user_ids, data.item_ids, trained.factors())


def _lightfm(lesson: Lesson) -> Learned:
    try:
        from gnn.lightfm import fit_lightfm
    except ImportError as error:
        raise TrainingUnavailable("LightFM is installed but does not load: python -m gnn.repair_lightfm") from error
    settings = lesson.settings.lightfm
    found = fit_lightfm(lesson.data, lesson.contents, settings, lesson.seed, lesson.watch, profiles=lesson.profiles)
    return Learned(*found)


def _two_tower(lesson: Lesson) -> Learned:
    from gnn.two_tower import fit_two_tower

    settings = lesson.settings.two_tower
    found = fit_two_tower(lesson.data, lesson.contents, settings, lesson.seed, lesson.watch, profiles=lesson.profiles)
    return Learned(*found)


def _als(lesson: Lesson) -> Learned:
    from gnn.als import fit_als

    factors = fit_als(lesson.data, lesson.settings.als, lesson.seed, lesson.watch)
    return Learned(lesson.data.user_ids, lesson.data.item_ids, factors)


def _nmf(lesson: Lesson) -> Learned:
    from gnn.nmf import fit_nmf

    factors = fit_nmf(lesson.data, lesson.settings.nmf, lesson.seed, lesson.watch)
    return Learned(lesson.data.user_ids, lesson.data.item_ids, factors)


FITS: Mapping[str, Callable[[Lesson], Learned]] = {
    "lightgcn": _lightgcn,
    "lightfm": _lightfm,
    "two-tower": _two_tower,
    "als": _als,
    "nmf": _nmf,
}
"""By model; the first rows of what each learns are those of the lesson's data, see gnn.learn.fit."""
