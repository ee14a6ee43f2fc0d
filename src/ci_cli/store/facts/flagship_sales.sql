-- What each customer bought of the items :items (a JSON list): the last day up to :as_of on which it
-- bought one, and its net amount after :start.
WITH chosen AS MATERIALIZED (
    SELECT value AS item_id FROM JSON_EACH(:items)
)
SELECT
    r.customer_id,
    MAX(CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN v.day END) AS last_day,
    SUM(CASE WHEN v.day > :start THEN v.amount ELSE 0 END) AS net
FROM revenue_line AS v
JOIN chosen AS c ON c.item_id = v.item_id
JOIN record AS r ON r.id = v.record_id
WHERE v.currency = :currency AND v.day <= :as_of
GROUP BY r.customer_id
