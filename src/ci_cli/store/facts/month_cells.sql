-- Revenue by {group} and month, in one currency, months :first to :last, up to :as_of;
-- "only" may choose orders.
WITH kinds AS MATERIALIZED (
    -- a few thousand items are resolved once, not once for every line
    SELECT item_id, product, category FROM item_category
),
people AS MATERIALIZED (
    SELECT id, region, country, owner FROM golden
)
SELECT
    {group} AS grp, SUBSTR(v.day, 1, 7) AS month,
    SUM(v.amount) AS net,
    SUM(CASE WHEN v.kind = 'sale' THEN v.amount ELSE 0 END) AS gross,
    SUM(COALESCE(v.quantity, 0)) AS quantity,
    COUNT(*) AS lines,
    COUNT(DISTINCT CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN v.order_id END) AS orders,
    COUNT(DISTINCT CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN r.customer_id END) AS customers
FROM revenue_line AS v
LEFT JOIN record AS r ON r.id = v.record_id
{joins}
WHERE v.currency = :currency AND v.day <= :as_of
    AND v.day >= :first AND SUBSTR(v.day, 1, 7) <= :last {only}
GROUP BY 1, 2
ORDER BY 1, 2
