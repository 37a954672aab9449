"""Loads MovieLens, in any of the forms that GroupLens publishes (see `loaders.movielens_forms`).

- rating: an event `rate` with the rating as its value; PreferenceSettings say how much preference that is. With its
  defaults 5 stars count +2, 3 stars +0.4, 2.5 nothing, half a star -1.6. What comes out negative is a negative
  PREFERS: never a positive edge in training, never recommended again.
- event id: `ml:rate:<user>:<movie>:<epoch>`. The same row twice is one event.
- time: the row's epoch seconds, in UTC; MovieLens always has one, so a row without is rejected.
- movie: an item of kind `movie`; the title stays as it is, its year is also the property `year`.
- genres: tags of weight 1; "(no genres listed)" and "unknown" are none.
- free-text tags: put on the movie in lower case, trimmed; n users who gave it make the weight n / (n + 2), so one
  voice counts a third and many come near 1. One that spells a genre is that genre. They say what a movie is like,
  not that its user liked it, so they are no events.
- dropped: ages, genders, occupations and postcodes of 1M and 100K, links to other sites, the tag genome.

A rating out of (0, 5], of a movie that movies.csv lacks, or with a field that cannot be read is rejected.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from graph.records import Event, Item, User
from loaders.fields import BadRow, checked_id, number, time_reader
from loaders.movielens_forms import GENRES, NO_GENRES, detect, movielens_folder
from loaders.source import Rejected

BEST_RATING = 5.0
HALF_TRUST = 2.0
"""Users who must give a free-text tag to make its weight a half."""
LONGEST_TAG = 100
TagUsers = defaultdict[str, defaultdict[str, set[str]]]
"""Users who gave a tag, by movie and tag."""
_YEAR = re.compile(r"\((\d{4})(?:[-\u2013]\d{0,4})?\)\s*$")
_read_time = time_reader("seconds")


class MovieLens:
    """A Source of MovieLens. Each pass reads the files anew; only the ids of the movies are held."""

    name = "movielens"

    def __init__(self, path: Path) -> None:
        """`path` is a folder or a .zip. Raises SourceError if it holds no MovieLens."""
        folder = movielens_folder(path)
        self._form = detect(folder)
        self._files = self._form.files
        self._movies: frozenset[str] | None = None

    def users(self) -> Iterator[User]:
        """Everyone with a rating that can be loaded."""
        seen: set[str] = set()
        last = ""
        for row in self.events():
            if isinstance(row, Rejected) or row.user_id == last:
                continue
            last = row.user_id
            if last not in seen:
                seen.add(last)
                yield User(last)

    def items(self) -> Iterator[Item | Rejected]:
        """Every movie with its genres and free-text tags, after the rows of tags that cannot be loaded."""
        tags: TagUsers = defaultdict(lambda: defaultdict(set))
        yield from self._gather_tags(tags)
        for row in self._form.movies():
            if isinstance(row, Rejected):
                yield row
                continue
            try:
                movie, title, genres = _movie_fields(row[2])
            except BadRow as problem:
                yield Rejected(self._files[1], row[0], str(problem), row[1])
            else:
                weights = tag_weights(genres, {tag: len(users) for tag, users in tags.pop(movie, {}).items()})
                yield Item(movie, kind="movie", title=title, tags=weights, properties=_year(title))

    def events(self) -> Iterator[Event | Rejected]:
        """Every rating."""
        movies = self._known_movies()
        for row in self._form.ratings():
            if isinstance(row, Rejected):
                yield row
                continue
            try:
                yield _rating(row[2], movies)
            except BadRow as problem:
                yield Rejected(self._files[0], row[0], str(problem), row[1])

    def notes(self) -> list[str]:
        """Nothing to add to the counts."""
        return []

    def _known_movies(self) -> frozenset[str]:
        if self._movies is None:
            rows = (row[2] for row in self._form.movies() if not isinstance(row, Rejected))
            self._movies = frozenset(fields[0].strip() for fields in rows if _is_movie(fields))
        return self._movies

    def _gather_tags(self, tags: TagUsers) -> Iterator[Rejected]:
        movies = self._known_movies()
        for row in self._form.tags():
            if isinstance(row, Rejected):
                yield row
                continue
            try:
                user, movie, tag = _tag_fields(row[2], movies)
            except BadRow as problem:
                yield Rejected(self._files[2], row[0], str(problem), row[1])
            else:
                tags[movie][tag].add(user)


def tag_weights(genres: Sequence[str], users_of_tags: Mapping[str, int]) -> dict[str, float]:
    """Tags of a movie with their weights: its genres, and free-text tags by how many users gave them."""
    weights = dict.fromkeys(genres, 1.0)
    spelled = {genre.lower() for genre in genres}
    for tag, users in users_of_tags.items():
        if tag not in spelled:
            weights[GENRES.get(tag, tag)] = round(users / (users + HALF_TRUST), 4)
    return weights


def _rating(fields: list[str], movies: frozenset[str]) -> Event:
    user, movie = checked_id(fields[0].strip(), "user"), checked_id(fields[1].strip(), "item")
    if movie not in movies:
        raise BadRow("the movie is not in the file of movies")
    value = number(fields[2], "rating")
    if not 0 < value <= BEST_RATING:
        raise BadRow("the rating is not above 0 and up to 5")
    at = _read_time(fields[3])
    return Event(f"ml:rate:{user}:{movie}:{int(at.timestamp())}", user, movie, "rate", at, value)


def _movie_fields(fields: list[str]) -> tuple[str, str | None, list[str]]:
    genres = [genre.strip() for genre in fields[2].split("|")]
    return (
        checked_id(fields[0].strip(), "item"),
        fields[1].strip() or None,
        [genre for genre in genres if genre not in NO_GENRES],
    )


def _is_movie(fields: list[str]) -> bool:
    try:
        _movie_fields(fields)
    except BadRow:
        return False
    return True


def _tag_fields(fields: list[str], movies: frozenset[str]) -> tuple[str, str, str]:
    user, movie = checked_id(fields[0].strip(), "user"), checked_id(fields[1].strip(), "item")
    if movie not in movies:
        raise BadRow("the movie is not in the file of movies")
    tag = " ".join(fields[2].lower().split())
    if not tag or len(tag) > LONGEST_TAG:
        raise BadRow(f"the tag is empty or has more than {LONGEST_TAG} characters")
    return user, movie, tag


def _year(title: str | None) -> dict[str, int]:
    match = _YEAR.search(title or "")
    return {"year": int(match[1])} if match else {}
