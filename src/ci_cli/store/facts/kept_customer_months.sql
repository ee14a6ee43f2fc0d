-- customer_months over all categories together, read off the kept days.
SELECT
    'total' AS grp, r.customer_id, SUBSTR(d.day, 1, 7) AS month,
    SUM(d.orders) AS orders, SUM(d.gross) AS gross
FROM purchase_day AS d
JOIN record AS r ON r.id = d.record_id
WHERE d.currency = :currency AND d.day <= :as_of
    AND d.day >= :first AND SUBSTR(d.day, 1, 7) <= :last
GROUP BY 1, 2, 3
HAVING SUM(d.orders) > 0
ORDER BY 1, 2, 3
