-- month_cells by customer, read off the kept days.
SELECT
    COALESCE('C' || r.customer_id, '') AS grp, SUBSTR(d.day, 1, 7) AS month,
    SUM(d.net) AS net, SUM(d.gross) AS gross, SUM(d.quantity) AS quantity,
    SUM(d.lines) AS lines, SUM(d.orders) AS orders,
    MAX(CASE WHEN d.orders > 0 AND r.id IS NOT NULL THEN 1 ELSE 0 END) AS customers
FROM purchase_day AS d
LEFT JOIN record AS r ON r.id = d.record_id
WHERE d.currency = :currency AND d.day <= :as_of
    AND SUBSTR(d.day, 1, 7) BETWEEN :first AND :last
GROUP BY 1, 2
ORDER BY 1, 2
