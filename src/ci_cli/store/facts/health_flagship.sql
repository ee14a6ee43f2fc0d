-- The last day up to :as_of on which each customer bought one of the items :items (a JSON list).
WITH chosen AS MATERIALIZED (
    SELECT value AS item_id FROM JSON_EACH(:items)
)
SELECT r.customer_id, MAX(v.day) AS last_day
FROM revenue_line AS v
JOIN chosen AS c ON c.item_id = v.item_id
JOIN record AS r ON r.id = v.record_id
WHERE v.currency = :currency AND v.day <= :as_of AND v.kind = 'sale' AND v.amount > 0
GROUP BY r.customer_id
