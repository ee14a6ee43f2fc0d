-- Orders and sales of each customer by {group} and month, in one currency, months :first to :last.
WITH kinds AS MATERIALIZED (
    SELECT item_id, product, category FROM item_category
),
people AS MATERIALIZED (
    SELECT id, region, country, owner FROM golden
)
SELECT
    {group} AS grp, r.customer_id, SUBSTR(v.day, 1, 7) AS month,
    COUNT(DISTINCT CASE WHEN v.amount > 0 THEN v.order_id END) AS orders, SUM(v.amount) AS gross
FROM revenue_line AS v
JOIN record AS r ON r.id = v.record_id
{joins}
WHERE v.currency = :currency AND v.day <= :as_of AND v.kind = 'sale'
    AND v.day >= :first AND SUBSTR(v.day, 1, 7) <= :last
GROUP BY 1, 2, 3
HAVING COUNT(DISTINCT CASE WHEN v.amount > 0 THEN v.order_id END) > 0
ORDER BY 1, 2, 3
