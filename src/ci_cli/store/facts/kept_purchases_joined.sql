-- The same for customers with several records: a day on which two of them bought is one day.
WITH several AS (
    SELECT value AS customer_id FROM JSON_EACH(:several)
),
per_day AS (
    SELECT s.customer_id, d.day, SUM(d.net) AS net, SUM(d.orders) AS orders
    FROM several AS s
    JOIN record AS r ON r.customer_id = s.customer_id
    JOIN purchase_day AS d ON d.record_id = r.id
    WHERE d.currency = :currency AND d.day <= :as_of
    GROUP BY s.customer_id, d.day
),
totals AS (
    SELECT
        customer_id,
        MIN(CASE WHEN orders > 0 THEN day END) AS first_day,
        MAX(CASE WHEN orders > 0 THEN day END) AS last_day,
        SUM(CASE WHEN orders > 0 THEN 1 ELSE 0 END) AS purchase_days,
        SUM(CASE WHEN day > :start THEN orders ELSE 0 END) AS orders,
        SUM(CASE WHEN day > :start THEN net ELSE 0 END) AS net,
        SUM(net) AS net_all
    FROM per_day
    GROUP BY customer_id
),
gaps AS (
    SELECT
        customer_id,
        JULIANDAY(day)
        - JULIANDAY(LAG(day) OVER (PARTITION BY customer_id ORDER BY day)) AS gap
    FROM per_day
    WHERE orders > 0
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
    SELECT customer_id, AVG(gap) AS median_gap
    FROM ranked
    WHERE position IN ((n + 1) / 2, (n + 2) / 2)
    GROUP BY customer_id
)
SELECT
    t.customer_id, COALESCE(g.label, '') AS name, g.industry, g.owner,
    t.first_day, t.last_day, t.purchase_days, u.median_gap, t.orders, t.net, t.net_all
FROM totals AS t
JOIN golden AS g ON g.id = t.customer_id
LEFT JOIN usual AS u ON u.customer_id = t.customer_id
