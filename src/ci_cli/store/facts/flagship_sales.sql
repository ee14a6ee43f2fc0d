-- What each customer bought of the items :items (a JSON list): the last day up to :as_of on which it
-- bought one, and its net amount after :start.
SELECT
    r.customer_id,
    MAX(CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN v.day END) AS last_day,
    SUM(CASE WHEN v.day > :start THEN v.amount ELSE 0 END) AS net
FROM revenue_line AS v
JOIN record AS r ON r.id = v.record_id
WHERE v.currency = :currency AND v.day <= :as_of
    AND v.item_id IN (SELECT value FROM JSON_EACH(:items))
GROUP BY r.customer_id
