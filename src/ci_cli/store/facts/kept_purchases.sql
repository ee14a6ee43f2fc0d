-- customer_purchases, read off the kept days. Most customers have one record, and most records did
-- nothing after :as_of: their totals tell all history, else the last day up to :as_of does. What
-- had been done before :start is not in the window.
WITH several AS (
    SELECT customer_id FROM record GROUP BY customer_id HAVING COUNT(*) > 1
),
ends AS (
    SELECT
        record_id, all_net, all_orders, purchase_days, first_day, last_day, double_gap
    FROM purchase_total
    WHERE currency = :currency AND day <= :as_of
    UNION ALL
    SELECT
        d.record_id, d.all_net, d.all_orders, d.purchase_days, d.first_day, d.last_day,
        d.double_gap
    FROM purchase_total AS t
    JOIN purchase_day AS d ON d.record_id = t.record_id AND d.currency = t.currency
        AND d.day = (
            SELECT MAX(u.day) FROM purchase_day AS u
            WHERE u.record_id = t.record_id AND u.currency = t.currency AND u.day <= :as_of
        )
    WHERE t.currency = :currency AND t.day > :as_of
)
SELECT
    r.customer_id,
    COALESCE(
        r.name, (SELECT k.source_key FROM record AS k WHERE k.id = r.customer_id), ''
    ) AS name,
    r.industry, r.owner, e.first_day AS first, e.last_day AS last, e.purchase_days,
    e.double_gap / 2.0 AS median_gap,
    e.all_orders - COALESCE(b.all_orders, 0) AS orders,
    e.all_net - COALESCE(b.all_net, 0) AS net,
    e.all_net AS net_all
FROM ends AS e
JOIN record AS r ON r.id = e.record_id
LEFT JOIN purchase_day AS b ON b.record_id = e.record_id AND b.currency = :currency
    AND b.day = CASE WHEN :start <> '' THEN (
        SELECT MAX(v.day) FROM purchase_day AS v
        WHERE v.record_id = e.record_id AND v.currency = :currency
            AND v.day <= :start AND v.day <= :as_of
    ) END
WHERE r.customer_id NOT IN (SELECT customer_id FROM several)
ORDER BY net DESC, r.customer_id
