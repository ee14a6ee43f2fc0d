"""Peers against a loop over all pairs of customers."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis import peers
from ci_cli.shapes.activity import CategorySpend

CELLS = st.lists(
    st.tuples(st.integers(1, 25), st.sampled_from(["", "A", "B", "C"]), st.integers(-50, 400)),
    max_size=80, unique_by=lambda cell: cell[:2],
)  # fmt: skip


def slowly(cells, industry_of):
    """Return (peers, buyers, spent, own) of each customer and category, pair by pair."""
    revenue = defaultdict(int)
    for customer, _category, net in cells:
        revenue[customer] += net
    own = {(c, k): max(net, 0) for c, k, net in cells}
    found = {}
    for customer, money in revenue.items():
        if money <= 0:
            continue
        alike = [
            other
            for other, its in revenue.items()
            if other != customer and its > 0 and industry_of(other) == industry_of(customer)
            and 3 * its >= money and its <= 3 * money
        ]  # fmt: skip
        for category in "ABC":
            spent = [own.get((other, category), 0) for other in alike]
            found[customer, category] = (
                len(alike), sum(one > 0 for one in spent), sum(spent),
                own.get((customer, category), 0),
            )  # fmt: skip
    return revenue, found


@given(CELLS, st.integers(1, 3))
def test_against_all_pairs(cells, industries):
    def industry_of(customer):
        return ["", "x", "y"][customer % industries]

    revenue, expected = slowly(cells, industry_of)
    spend = [CategorySpend(*cell) for cell in cells]
    base = peers.peers([(c, industry_of(c), money) for c, money in revenue.items()])
    bought = {category for _c, category, net in cells if net > 0 and category}
    for customer in revenue:
        gaps = {gap.category: gap for gap in peers.gaps_of(base, spend, customer)}
        for category, gap in gaps.items():
            number, buyers, spent, own = expected[customer, category]
            assert (gap.peers, gap.buyers, gap.spent, gap.own) == (number, buyers, spent, own)
            room = max(spent // number - own, 0) if number >= 5 else 0
            assert gap.room == room
    white = peers.white_space(base, spend, support=2, top=None)
    assert {(gap.customer_id, gap.category) for gap in white} == {
        key
        for key, (number, buyers, spent, own) in expected.items()
        if number >= 5 and buyers >= 2 and own == 0 and spent // number > 0 and key[1] in bought
    }
    assert white == sorted(white, key=lambda gap: (-gap.room, gap.customer_id, gap.category))
    assert peers.white_space(base, spend, support=2, top=3) == white[:3]
    rooms = {one.customer_id: one for one in peers.growth_room(base, spend)}
    assert rooms.keys() == {c for (c, _k), value in expected.items() if value[0] >= 5}
    for customer, one in rooms.items():
        gaps = peers.gaps_of(base, spend, customer)
        assert one.room == sum(gap.room for gap in gaps)


def test_a_customer_far_away_in_size_is_no_peer_and_changes_nothing():
    near = [(n, "x", 100) for n in range(1, 8)]
    spend = [CategorySpend(n, "A", 100) for n in range(2, 8)] + [CategorySpend(1, "B", 100)]
    before = peers.gaps_of(peers.peers(near), spend, 1)
    assert [(g.category, g.peers, g.buyers, g.room) for g in before] == [
        ("A", 6, 6, 100), ("B", 6, 0, 0),
    ]  # fmt: skip
    giant = [*near, (99, "x", 301)]
    assert peers.gaps_of(peers.peers(giant), [*spend, CategorySpend(99, "A", 301)], 1) == before
    other_trade = [*near, (99, "y", 100)]
    assert peers.gaps_of(peers.peers(other_trade), spend, 1) == before


def test_four_peers_are_too_few():
    base = peers.peers([(n, "", 100) for n in range(1, 6)])
    spend = [CategorySpend(n, "A", 100) for n in range(2, 6)]
    assert peers.white_space(base, spend, support=1, top=None) == []
    assert peers.growth_room(base, spend) == []


def test_nobody():
    base = peers.peers([])
    assert peers.growth_room(base, []) == []
    assert peers.white_space(base, [], support=1, top=5) == []
