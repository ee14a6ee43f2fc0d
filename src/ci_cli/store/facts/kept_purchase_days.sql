-- purchase_days, read off the kept days.
SELECT DISTINCT r.customer_id, d.day
FROM purchase_day AS d
JOIN record AS r ON r.id = d.record_id
WHERE d.currency = :currency AND d.day <= :as_of AND d.orders > 0
ORDER BY 1, 2
