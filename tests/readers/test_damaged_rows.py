"""A misplaced quote costs its own row and no other, and is never read as if nothing were wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import error_of, read_one, write

from ci_cli.readers import guard
from ci_cli.readers.base import DamagedRow

HEAD = "id,name,amount\n"
BEFORE = "".join(f"{n},Customer {n},{n}.50\n" for n in range(1, 6))
AFTER = "".join(f"{n},Customer {n},{n}.50\n" for n in range(11, 16))
SOUND = [["id", "name", "amount"]] + [
    [str(n), f"Customer {n}", f"{n}.50"] for n in (*range(1, 6), *range(11, 16))
]


@pytest.mark.parametrize(
    ("damaged", "lines"),
    [
        ('6,"Ann,7.00\n', 1),  # never closed
        ('6,Ann",7.00\n', 0),  # a quote inside a plain text is text
        ('6,"Ann" Lee,7.00\n', 1),  # text behind the closing quote
        ('6,"Ann "the" Lee",7.00\n', 1),  # quotes that are not doubled
        ('6,"Ann,7.00\n7,Bob,8.00\n8,"Cy",9.00\n', 1),  # closed where the next quote opens
        ('6,"Ann,7.00\n7,Bob,8.00\n8,Cy",9.00\n', 1),  # closed by a stray quote, cleanly
        ('6,"Ann,7.00\n7,"Bob",8.00\n', 1),
        ('6,Ann,"7.00\n', 1),  # in the last field
        ('"6,Ann,7.00\n', 1),  # in the first field
        ('6,"Ann\nof Ulm,7.00\n', 2),  # the rest of the damaged row goes with it
    ],
)
@pytest.mark.parametrize("chunk", [3, 5000])
def test_neighbours_stay_whole(
    tmp_path: Path, damaged: str, lines: int, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "CHUNK_ROWS", chunk)
    seen = read_one(write(tmp_path / "a.csv", HEAD + BEFORE + damaged + AFTER))
    odd = [(line, row) for line, row in seen.numbered() if isinstance(row, DamagedRow)]
    if lines:
        text = "".join(damaged.splitlines(keepends=True)[:lines]).rstrip("\n")
        assert odd == [(7, [text])]
        assert str(odd[0][1].reason)
    else:
        assert odd == []
    assert [row for row in seen.rows if row in SOUND] == SOUND
    # The other lines of the damage are rows of their own, on the lines where they stand.
    physical = (HEAD + BEFORE + damaged + AFTER).splitlines()
    for line, row in seen.numbered():
        if not isinstance(row, DamagedRow):
            assert row == next(csv.reader([physical[line - 1]]))


def test_unclosed_quote_in_the_last_row(tmp_path: Path) -> None:
    seen = read_one(write(tmp_path / "a.csv", HEAD + BEFORE + '6,"Ann,7\n'))
    assert isinstance(seen.rows[-1], DamagedRow)
    assert len(seen.rows) == 7


def test_unclosed_quote_with_nothing_sound_behind_it(tmp_path: Path) -> None:
    text = HEAD + BEFORE * 20 + '6,"Ann\n' + "and so on\n" * 50
    error = error_of(write(tmp_path / "a.csv", text))
    assert (error.code, error.where.line) == ("quote-unclosed", 102)


def test_unclosed_quote_that_runs_beyond_the_limit(tmp_path: Path) -> None:
    text = HEAD + BEFORE * 100 + '6,"Ann\n' + ("x" * 100 + "\n") * 2000
    error = error_of(write(tmp_path / "a.csv", text))
    assert (error.code, error.where.line) == ("quote-unclosed", 502)


@pytest.mark.parametrize(
    "row",
    [
        '6,"Suite 3, Main St\nUlm, 89073",7.00\n',
        '6,"a\nb\nc",7.00\n',
        '"6\n",Ann,7.00\n',
        '6,Ann,"7.00\n"\n',
        '6,"x, y\n1, 2, 3\nz",7.00\n',
    ],
)
def test_genuine_line_breaks_are_kept(tmp_path: Path, row: str) -> None:
    seen = read_one(write(tmp_path / "a.csv", HEAD + BEFORE + row + AFTER))
    (expected,) = csv.reader(row.splitlines(keepends=True))
    assert seen.numbered()[6] == (7, expected)
    assert not any(isinstance(row, DamagedRow) for row in seen.rows)
    assert [row for row in seen.rows if row in SOUND] == SOUND


def test_text_first_and_numbers_after_it(tmp_path: Path) -> None:
    """The end of such a row looks like a row; its beginning does not."""
    text = "note,a,b\n" + "".join(f"plain {n},{n},{n}\n" for n in range(9)) + '"one\ntwo",5,6\n'
    assert read_one(write(tmp_path / "a.csv", text)).rows[-1] == ["one\ntwo", "5", "6"]


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 99999),
            st.text("abc xyz客,é", min_size=1, max_size=8),
            st.integers(0, 99999),
        ),
        min_size=6,
        max_size=12,
    ),
    at=st.integers(0, 1000),
    place=st.integers(0, 1000),
    chunk=st.sampled_from([2, 5, 1000]),
)
def test_any_extra_quote_costs_at_most_its_row(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[int, str, int]],
    at: int,
    place: int,
    chunk: int,
) -> None:
    """Put a quote anywhere into one row of a sound file: all other rows come out as they were."""
    lines = [f'{a},"{text}",{b}' for a, text, b in rows]
    victim = 1 + at % (len(lines) - 1)  # not the first: the layout needs a header like row
    line = lines[victim]
    place %= len(line) + 1
    broken = [*lines]
    broken[victim] = line[:place] + '"' + line[place:]
    path = tmp_path_factory.mktemp("damage") / "a.csv"
    write(path, "id,name,amount\n" + "\n".join(broken) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "CHUNK_ROWS", chunk)
        seen = read_one(path, delimiter=",")
    found = dict(seen.numbered())
    for number, (a, text, b) in enumerate(rows):
        if number != victim:
            assert found[number + 2] == [str(a), text, str(b)]


@pytest.mark.shared
def test_pollock_extra_quotes_damage_one_row(shared_data: Path) -> None:
    folder = shared_data / "nasty" / "pollock"
    files = sorted((folder / "csv").glob("row_extra_quote*.csv"))
    assert len(files) > 30
    for path in files:
        seen = read_one(path)
        with (folder / "clean" / path.name).open(encoding="utf-8", newline="") as stream:
            clean = list(csv.reader(stream))
        odd = [row for row in seen.rows if isinstance(row, DamagedRow)]
        assert len(odd) <= 1, path.name
        assert len(seen.rows) == len(clean), path.name
        strangers = [row for row in seen.rows if row not in clean]
        assert len(strangers) <= 1, path.name


@pytest.mark.shared
def test_pollock_as_a_whole_opens(shared_data: Path) -> None:
    opened = 0
    for path in sorted((shared_data / "nasty" / "pollock" / "csv").glob("*.csv")):
        if path.stat().st_size:
            assert read_one(path).rows, path.name
            opened += 1
    assert opened == 209
