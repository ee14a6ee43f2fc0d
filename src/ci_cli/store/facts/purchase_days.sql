-- Each day on which each customer bought, in one currency, up to :as_of.
SELECT DISTINCT r.customer_id, v.day
FROM revenue_line AS v
JOIN record AS r ON r.id = v.record_id
WHERE v.currency = :currency AND v.day <= :as_of AND v.kind = 'sale' AND v.amount > 0
ORDER BY 1, 2
