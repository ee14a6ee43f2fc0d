-- What each customer brought in one currency in the days after :start up to :as_of, and what is left
-- of it after cost. A return gives its cost back. 0 is who is not named.
SELECT
    COALESCE(r.customer_id, 0) AS customer_id, SUM(v.amount) AS net,
    SUM(
        CASE
            WHEN l.cost IS NULL THEN 0
            WHEN v.amount < 0 THEN v.amount + ABS(l.cost)
            ELSE v.amount - ABS(l.cost)
        END
    ) AS profit,
    SUM(CASE WHEN l.cost IS NULL THEN 1 ELSE 0 END) AS lines_without,
    SUM(CASE WHEN l.cost IS NULL THEN ABS(v.amount) ELSE 0 END) AS money_without,
    SUM(ABS(v.amount)) AS money,
    MAX(CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN 1 ELSE 0 END) AS bought
FROM revenue_line AS v
LEFT JOIN order_line AS l ON l.id = v.line_id
LEFT JOIN record AS r ON r.id = v.record_id
WHERE v.currency = :currency AND v.day <= :as_of AND v.day > :start
GROUP BY 1
ORDER BY 1
