-- customer_purchases, read off the kept days. Most customers have one record: its last day up to
-- :as_of tells all history, and what is missing there from :start tells the window.
WITH sole AS (
    SELECT customer_id, MIN(id) AS record_id FROM record GROUP BY customer_id HAVING COUNT(*) = 1
),
ends AS (
    SELECT
        s.customer_id, s.record_id,
        (
            SELECT MAX(d.day) FROM purchase_day AS d
            WHERE d.record_id = s.record_id AND d.currency = :currency AND d.day <= :as_of
        ) AS day,
        CASE WHEN :start <> '' THEN (
            SELECT MAX(d.day) FROM purchase_day AS d
            WHERE d.record_id = s.record_id AND d.currency = :currency
                AND d.day <= :start AND d.day <= :as_of
        ) END AS before
    FROM sole AS s
)
SELECT
    e.customer_id,
    COALESCE(
        r.name, (SELECT k.source_key FROM record AS k WHERE k.id = e.customer_id), ''
    ) AS name,
    r.industry, r.owner, d.first_day, d.last_day, d.purchase_days,
    d.double_gap / 2.0 AS median_gap,
    d.all_orders - COALESCE(b.all_orders, 0) AS orders,
    d.all_net - COALESCE(b.all_net, 0) AS net,
    d.all_net AS net_all
FROM ends AS e
JOIN record AS r ON r.id = e.record_id
JOIN purchase_day AS d
    ON d.record_id = e.record_id AND d.currency = :currency AND d.day = e.day
LEFT JOIN purchase_day AS b
    ON b.record_id = e.record_id AND b.currency = :currency AND b.day = e.before
