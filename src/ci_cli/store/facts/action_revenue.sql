-- Revenue by span of days, customer of today and category, in one currency and up to :as_of; a span
-- begins with one of the days {days} and ends before the next one.
WITH spans (since) AS (
    VALUES {days}
),
days AS MATERIALIZED (
    SELECT o.date AS day, MAX(s.since) AS since
    FROM (SELECT DISTINCT date FROM sales_order WHERE date <= :as_of) AS o
    JOIN spans AS s ON s.since <= o.date
    GROUP BY 1
),
kinds AS MATERIALIZED (
    SELECT item_id, category FROM item_category
)
SELECT
    d.since, COALESCE(r.customer_id, 0) AS customer, COALESCE(k.category, '') AS category,
    SUM(v.amount) AS net
FROM revenue_line AS v
JOIN days AS d ON d.day = v.day
LEFT JOIN record AS r ON r.id = v.record_id
LEFT JOIN kinds AS k ON k.item_id = v.item_id
WHERE v.currency = :currency AND v.day <= :as_of
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
