-- Distinct categories that each customer bought in the days after :start up to :as_of.
WITH kinds AS MATERIALIZED (
    SELECT item_id, category FROM item_category WHERE category <> ''
)
SELECT r.customer_id, COUNT(DISTINCT k.category) AS categories
FROM revenue_line AS v
JOIN kinds AS k ON k.item_id = v.item_id
JOIN record AS r ON r.id = v.record_id
WHERE v.currency = :currency AND v.day <= :as_of AND v.day > :start
    AND v.kind = 'sale' AND v.amount > 0
GROUP BY r.customer_id
