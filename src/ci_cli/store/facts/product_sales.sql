-- What each product brought in one currency in the days after :start up to :as_of, and the day of
-- its first sale in all history up to then, in whatever currency.
WITH kinds AS MATERIALIZED (
    SELECT item_id, product FROM item_category
)
SELECT
    COALESCE(k.product, '') AS product,
    MIN(CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN v.day END) AS first_day,
    SUM(CASE WHEN v.currency = :currency AND v.day > :start THEN v.amount ELSE 0 END) AS net
FROM revenue_line AS v
LEFT JOIN kinds AS k ON k.item_id = v.item_id
WHERE v.day <= :as_of
GROUP BY 1
ORDER BY 1
