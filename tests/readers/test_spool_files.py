"""The spool gives back what was put in, whatever the cells hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.readers.spool import SpoolError, SpoolWriter, read_spool

BLOCK = st.integers(1, 3).flatmap(
    lambda width: st.integers(1, 4).flatmap(
        lambda height: st.tuples(
            st.lists(st.integers(1, 10**6), min_size=height, max_size=height, unique=True).map(
                sorted
            ),
            st.lists(
                st.lists(st.text(max_size=4), min_size=height, max_size=height),
                min_size=width,
                max_size=width,
            ),
        )
    )
)


@given(st.lists(BLOCK, max_size=4))
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory,
    blocks: list[tuple[list[int], list[list[str]]]],
) -> None:
    path = tmp_path_factory.mktemp("spool") / "a.rows"
    with SpoolWriter(path) as spool:
        for lines, columns in blocks:
            spool.write(lines, columns)
    assert [(block.lines, block.columns) for block in read_spool(path)] == blocks
    assert spool.rows == sum(len(lines) for lines, _ in blocks)


def test_nothing_is_overwritten_and_a_full_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.rows").touch()
    with pytest.raises(FileExistsError):
        SpoolWriter(tmp_path / "a.rows")
    if Path("/dev/full").exists():
        writer = SpoolWriter.__new__(SpoolWriter)
        writer.rows = 0
        with (
            Path("/dev/full").open("wb", buffering=0) as writer._stream,
            pytest.raises(SpoolError),
        ):
            writer.write([1], [["x"]])
