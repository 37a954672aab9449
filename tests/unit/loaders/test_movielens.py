import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.errors import SourceError
from graph.records import Event, Item, User
from loaders.movielens import MovieLens, tag_weights
from loaders.source import Rejected

TITLES = ("Café Society (2016)", "Heat (1995)")
FORMS = {
    "csv": {
        "movies.csv": f'movieId,title,genres\n1,"{TITLES[0]}",Comedy|Drama\n2,{TITLES[1]},(no genres listed)\n',
        "ratings.csv": "userId,movieId,rating,timestamp\n7,1,4.0,964982703\n7,2,0.5,964982704\n9,1,3.5,964982705\n",
        "tags.csv": "userId,movieId,tag,timestamp\n7,1, New  YORK ,964982703\n9,1,new york,1\n9,1,comedy,1\n9,2,x,1\n",
    },
    "dat": {
        "movies.dat": f"1::{TITLES[0]}::Comedy|Drama\n2::{TITLES[1]}::\n",
        "ratings.dat": "7::1::4::964982703\n7::2::0.5::964982704\n9::1::3.5::964982705\n",
        "tags.dat": "7::1::new york::1\n9::1::New York::1\n9::2::x::1\n",
    },
    "dat with users": {
        "movies.dat": f"1::{TITLES[0]}::Comedy|Drama\n2::{TITLES[1]}::\n",
        "ratings.dat": "7::1::4::964982703\n7::2::0.5::964982704\n9::1::3.5::964982705\n",
        "users.dat": "7::F::25::12::90210\n9::M::56::16::10001\n",
    },
    "100k": {
        "u.genre": "unknown|0\nComedy|1\nDrama|2\n\n",
        "u.item": f"1|{TITLES[0]}|01-Jan-2016||http://x|0|1|1\n2|{TITLES[1]}|01-Jan-1995||http://x|1|0|0\n",
        "u.data": "7\t1\t4\t964982703\n7\t2\t0.5\t964982704\n9\t1\t3.5\t964982705\n",
        "u.user": "7|24|F|technician|90210\n9|53|M|other|10001\n",
    },
}
LATIN = {"dat with users", "100k"}
TAGS = {"csv": {"new york": 0.5}, "dat": {"new york": 0.5}, "dat with users": {}, "100k": {}}


def folder_of(root: Path, form: str, **changes: str) -> Path:
    folder = root / "ml"
    folder.mkdir()
    for name, text in {**FORMS[form], **changes}.items():
        (folder / name).write_bytes(text.encode("latin-1" if form in LATIN else "utf-8"))
    return folder


def rating(user: str, movie: str, value: float, epoch: int) -> Event:
    at = datetime.fromtimestamp(epoch, UTC)
    return Event(f"ml:rate:{user}:{movie}:{epoch}", user, movie, "rate", at, value)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_world(tmp_path: Path, form: str) -> None:
    source = MovieLens(folder_of(tmp_path, form))
    own = {"x": 0.3333} if TAGS[form] else {}
    assert list(source.events()) == [
        rating("7", "1", 4.0, 964982703),
        rating("7", "2", 0.5, 964982704),
        rating("9", "1", 3.5, 964982705),
    ]
    assert list(source.users()) == [User("7"), User("9")]
    assert list(source.items()) == [
        Item("1", "movie", TITLES[0], tags={"Comedy": 1.0, "Drama": 1.0, **TAGS[form]}, properties={"year": 2016}),
        Item("2", "movie", TITLES[1], tags=own, properties={"year": 1995}),
    ]


@pytest.mark.parametrize("form", LATIN)
def test_nothing_personal_is_read(tmp_path: Path, form: str) -> None:
    source = MovieLens(folder_of(tmp_path, form))
    said = repr([*source.users(), *source.items(), *source.events()])
    assert not [word for word in ("90210", "10001", "technician") if word in said]


@pytest.mark.parametrize("inside", ["ml-latest-small/", ""])
def test_a_zip_is_read_as_it_is(tmp_path: Path, inside: str) -> None:
    folder, path = folder_of(tmp_path, "csv"), tmp_path / "packed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, inside + file.name)
        if not inside:
            archive.writestr("../outside.txt", "never unpacked")
    packed, plain = MovieLens(path), MovieLens(folder)
    assert list(packed.events()) == list(plain.events())
    assert list(packed.items()) == list(plain.items())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ml", "packed.zip"]
    assert not (tmp_path.parent / "outside.txt").exists()


def test_bad_rows_are_rejected_by_one_pass_each(tmp_path: Path) -> None:
    ratings = FORMS["csv"]["ratings.csv"] + "7,1,9,964982703\n7,3,4,964982703\n,1,4,964982703\n7,1,4,\n7,1,nan,1\n7,1\n"
    tags = FORMS["csv"]["tags.csv"] + "7,3,x,1\n7,1, ,1\n"
    movies = FORMS["csv"]["movies.csv"] + ",No id (2000),Drama\n"
    source = MovieLens(folder_of(tmp_path, "csv", **{"ratings.csv": ratings, "tags.csv": tags, "movies.csv": movies}))
    assert [(row.line, row.reason) for row in source.events() if isinstance(row, Rejected)] == [
        (5, "the rating is not above 0 and up to 5"),
        (6, "the movie is not in the file of movies"),
        (7, "the user id is missing"),
        (8, "the time cannot be read"),
        (9, "the rating is no finite number"),
        (10, "the number of fields is not the header's"),
    ]
    assert [(row.file, row.line, row.reason) for row in source.items() if isinstance(row, Rejected)] == [
        ("tags.csv", 6, "the movie is not in the file of movies"),
        ("tags.csv", 7, "the tag is empty or has more than 100 characters"),
        ("movies.csv", 4, "the item id is missing"),
    ]
    assert not [row for row in source.users() if isinstance(row, Rejected)]
    assert len([row for row in source.events() if isinstance(row, Event)]) == 3


def test_the_more_users_the_more_weight_and_never_more_than_a_genre() -> None:
    weights = tag_weights(["Drama"], {"a": 1, "b": 2, "c": 1000, "drama": 50, "sci-fi": 2})
    assert weights == {"Drama": 1.0, "a": 0.3333, "b": 0.5, "c": 0.998, "Sci-Fi": 0.5}


def test_a_wrong_folder_is_refused_with_what_was_expected_and_found(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(SourceError, match=r"Expected movies\.csv with ratings\.csv.*found notes\.txt"):
        MovieLens(tmp_path)
    with pytest.raises(SourceError, match=r"notes\.txt is neither a folder nor a \.zip"):
        MovieLens(tmp_path / "notes.txt")
    with pytest.raises(SourceError, match="There is no gone"):
        MovieLens(tmp_path / "gone")


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("ratings.csv", "userId,movieId,timestamp\n", "lacks the columns rating"),
        ("ratings.csv", "", "ratings.csv is empty"),
        ("movies.csv", "\x89PNG\0\0", "binary file"),
        ("tags.csv", "tag,userId,movieId,timestamp\n", "expected just userId, movieId, tag, timestamp"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, file: str, content: str, said: str) -> None:
    folder = folder_of(tmp_path, "csv", **{file: content})
    with pytest.raises(SourceError, match=said):
        MovieLens(folder)
