-- What each customer spent on each category in one currency, after :start up to :as_of.
WITH kinds AS MATERIALIZED (
    SELECT item_id, category FROM item_category
)
SELECT r.customer_id, COALESCE(k.category, '') AS category, SUM(v.amount) AS net
FROM revenue_line AS v
JOIN record AS r ON r.id = v.record_id
LEFT JOIN kinds AS k ON k.item_id = v.item_id
WHERE v.currency = :currency AND v.day <= :as_of AND v.day > :start
GROUP BY 1, 2
ORDER BY 1, 2
