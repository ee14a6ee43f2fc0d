"""What the last scan found: clusters at any threshold, what may be merged unasked, one pair."""

from __future__ import annotations

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.trade import ScannedRow
from ci_cli.store import scans
from ci_cli.store.engine import Connection
from ci_cli.text import msg


def checked(threshold: float) -> float:
    """Return a threshold that what was kept can answer for.

    Raises:
        CiError: ``dedupe-threshold``: it is below what is kept, or 1 and above.
    """
    from ci_cli.dedupe.scan_rows import KEPT_FROM

    if not KEPT_FROM <= threshold < 1:
        raise CiError(
            "dedupe-threshold",
            msg("The threshold must be from {least} on and below 1, not {given}.", least=KEPT_FROM,
                given=threshold),
            hint=msg("Pairs that are less likely are not kept."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    return threshold


def clusters_at(conn: Connection, threshold: float) -> list[ScannedRow]:
    """Return every record with its cluster at a threshold, from what the last scan kept.

    These are the clusters that a scan with that threshold would find; below the threshold of review
    only where faint pairs connect no more than ``scan_rows.LARGEST_GROUP`` records.

    Raises:
        CiError: ``dedupe-no-scan``; ``dedupe-threshold``: below what is kept.
    """
    import numpy as np

    from ci_cli.dedupe.membership import regrouped
    from ci_cli.dedupe.scan_rows import joined

    last = require_scan(conn)
    checked(threshold)
    rows = scans.scanned(conn)
    place = {row.record_id: i for i, row in enumerate(rows)}
    # at a higher threshold clusters come apart, and pairs between them no longer matter
    whole = {row.record_id: row.cluster if threshold >= last.settings["review_at"] else 0
             for row in rows}  # fmt: skip
    triples = [
        (a, b, weight)
        for a, b, weight in scans.weights(conn)
        if a in place and b in place and whole[a] == whole[b]
    ]
    verdicts = [d for d in scans.decisions(conn) if d[0] in place and d[1] in place]
    together = joined([r.record_id for r in rows], [r.customer_id for r in rows])
    label, chance = regrouped(
        copy_of=np.array([place.get(r.copy_of, i) for i, r in enumerate(rows)], np.int64),
        own=np.array([r.own_weight for r in rows]),
        pairs=np.array([[place[a], place[b]] for a, b, _ in triples], np.int64).reshape(-1, 2),
        weight=np.array([w for _, _, w in triples]),
        threshold=threshold,
        same=[(place[int(a)], place[int(b)]) for a, b in together]
        + [(place[a], place[b]) for a, b, verdict in verdicts if verdict == "merge"],
        different=[(place[a], place[b]) for a, b, verdict in verdicts if verdict == "apart"],
    )
    return [
        row._replace(
            cluster=rows[int(label[i])].record_id,
            probability=None if np.isnan(chance[i]) else float(chance[i]),
        )
        for i, row in enumerate(rows)
    ]


def certain_groups(conn: Connection) -> list[list[int]]:
    """Return the groups of customers that the certain band of the last scan would merge.

    Each group holds two customers or more, the lowest number first; what a person decided since the
    scan is respected.

    Raises:
        CiError: ``dedupe-no-scan``.
    """
    import numpy as np

    from ci_cli.dedupe.cluster import components

    require_scan(conn)
    rows = scans.scanned(conn)
    customer = {row.record_id: row.customer_id for row in rows}
    cluster = {row.record_id: row.cluster for row in rows}
    numbers = sorted(set(customer.values()))
    place = {number: i for i, number in enumerate(numbers)}
    # inside one cluster only: average linkage has the last word over chains of certain pairs
    links = [
        (place[customer[a]], place[customer[b]])
        for a, b in scans.certain(conn)
        if a in customer and b in customer and cluster[a] == cluster[b]
    ]
    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    label = components(len(numbers), ends[:, 0], ends[:, 1])
    groups: dict[int, list[int]] = {}
    for number, one in zip(numbers, label.tolist(), strict=True):
        groups.setdefault(one, []).append(number)
    apart = {
        frozenset((place[customer[a]], place[customer[b]]))
        for a, b, verdict in scans.decisions(conn)
        if verdict == "apart" and a in customer and b in customer
    }
    torn = {int(label[min(pair)]) for pair in apart if len({int(label[i]) for i in pair}) == 1}
    return [found for one, found in groups.items() if len(found) > 1 and one not in torn]


def require_scan(conn: Connection) -> scans.LastScan:
    """Return the last scan.

    Raises:
        CiError: ``dedupe-no-scan``: there was none yet.
    """
    found = scans.last(conn)
    if found is None:
        raise CiError(
            "dedupe-no-scan",
            msg("This store has not been scanned for duplicates yet."),
            hint=msg("Run `ci-cli dedupe scan` first."),
            exit_code=ExitCode.DECIDE,
        )
    return found
