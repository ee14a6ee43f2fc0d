-- How soon requests were settled: at once +1, after :slow days and more -1. One that is still open
-- says something only when half of that has passed. What was closed after :as_of was open then.
-- Closed on no day or before it was asked: nobody knows how soon.
WITH asked AS (
    SELECT
        r.customer_id, i.id, i.day,
        CASE WHEN i.closed <= :as_of THEN i.closed END AS closed
    FROM interaction AS i
    JOIN record AS r ON r.id = i.record_id
    WHERE i.kind IN ('request', 'ticket') AND i.day <= :as_of
        AND NOT (i.closed IS NULL AND COALESCE(i.outcome, '') IN ('answered', 'refused', 'cancelled'))
        AND COALESCE(i.closed, i.day) >= i.day
        AND (:customer_id IS NULL OR r.customer_id = :customer_id)
),
lasted AS (
    SELECT
        customer_id, id, closed, COALESCE(closed, :as_of) AS day,
        MAX(JULIANDAY(COALESCE(closed, :as_of)) - JULIANDAY(day), 0) AS days
    FROM asked
)
SELECT
    customer_id, 'turnaround' AS kind,
    1.0 - 2.0 * MIN(days, :slow) / :slow AS value,
    day, 'interaction' AS tbl, id, NULL AS word
FROM lasted
WHERE day > :start AND (closed IS NOT NULL OR days >= :slow / 2.0)
