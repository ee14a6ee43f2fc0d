-- One row per customer with any revenue line up to :as_of, in one currency.
-- :start is the day before the window ('' = all history): days after it are inside.
WITH per_order AS (
    SELECT
        r.customer_id, v.order_id, v.day, SUM(v.amount) AS net,
        MAX(CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN 1 ELSE 0 END) AS bought
    FROM revenue_line AS v
    JOIN record AS r ON r.id = v.record_id
    WHERE v.currency = :currency AND v.day <= :as_of
    GROUP BY r.customer_id, v.order_id, v.day
),
totals AS (
    SELECT
        customer_id,
        MIN(CASE WHEN bought = 1 THEN day END) AS first_day,
        MAX(CASE WHEN bought = 1 THEN day END) AS last_day,
        SUM(CASE WHEN bought = 1 AND day > :start THEN 1 ELSE 0 END) AS orders,
        SUM(CASE WHEN day > :start THEN net ELSE 0 END) AS net,
        SUM(net) AS net_all
    FROM per_order
    GROUP BY customer_id
),
days AS (
    SELECT DISTINCT customer_id, day FROM per_order WHERE bought = 1
),
gaps AS (
    SELECT
        customer_id,
        JULIANDAY(day)
        - JULIANDAY(LAG(day) OVER (PARTITION BY customer_id ORDER BY day)) AS gap
    FROM days
),
ranked AS (
    SELECT
        customer_id, gap,
        ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY gap) AS position,
        COUNT(*) OVER (PARTITION BY customer_id) AS n
    FROM gaps
    WHERE gap IS NOT NULL
),
usual AS (
    -- the median: the middle gap, or the mean of the two in the middle
    SELECT customer_id, AVG(gap) AS median_gap, MAX(n) + 1 AS purchase_days
    FROM ranked
    WHERE position IN ((n + 1) / 2, (n + 2) / 2)
    GROUP BY customer_id
)
SELECT
    t.customer_id, COALESCE(g.label, '') AS name, g.industry, g.owner,
    t.first_day, t.last_day,
    COALESCE(u.purchase_days, CASE WHEN t.first_day IS NULL THEN 0 ELSE 1 END) AS purchase_days,
    u.median_gap, t.orders, t.net, t.net_all
FROM totals AS t
JOIN golden AS g ON g.id = t.customer_id
LEFT JOIN usual AS u ON u.customer_id = t.customer_id
ORDER BY t.net DESC, t.customer_id
