-- What the customer :customer did on each day, in one currency, up to :as_of.
SELECT
    v.day, COUNT(DISTINCT CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN v.order_id END),
    SUM(v.amount)
FROM revenue_line AS v
JOIN record AS r ON r.id = v.record_id
WHERE r.customer_id = :customer AND v.currency = :currency AND v.day <= :as_of
GROUP BY v.day
ORDER BY v.day
