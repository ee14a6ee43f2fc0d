"""Layout options survive the way into a saved map and back; the command line goes first."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ci_cli.importing.layout.options import LayoutOptions

words = st.lists(st.text(min_size=1, max_size=5), max_size=3).map(tuple)
layouts = st.builds(
    LayoutOptions,
    header_row=st.none() | st.tuples(st.integers(1, 9), st.integers(9, 12)),
    fill_down=words,
    fill_merged=st.booleans(),
    unpivot=st.none() | st.booleans(),
    unpivot_as=st.sampled_from([None, "amount", "quantity"]),
)


@given(layouts)
def test_what_is_saved_comes_back(layout: LayoutOptions) -> None:
    saved = json.loads(json.dumps(layout.as_saved()))
    assert LayoutOptions.from_saved(saved) == layout
    assert LayoutOptions().over(layout) == layout
    assert layout.over(LayoutOptions()) == layout


def test_the_command_line_goes_first() -> None:
    saved = LayoutOptions(header_row=(3, 3), unpivot=True, fill_down=("区域",))
    said = LayoutOptions(unpivot=False, fill_down=("客户",), year=2024)
    assert said.over(saved) == LayoutOptions(
        header_row=(3, 3), unpivot=False, fill_down=("客户",), year=2024
    )


def test_maps_of_old_have_no_layout() -> None:
    assert LayoutOptions.from_saved(None) == LayoutOptions.from_saved({}) == LayoutOptions()
