-- month_cells by a place, read off the kept days. An order may have a region, country or owner of its
-- own. Where all orders of a record on a day agree, the day has it; customers of whom some day does
-- not, and nobody with them, are left out and named at the end (grp NULL, id as month).
WITH people AS MATERIALIZED (
    SELECT id, region, country, owner FROM golden
),
own AS MATERIALIZED (
    SELECT
        COALESCE(o.record_id, 0) AS record_id, o.date AS day, MIN(o.region) AS region,
        MIN(o.country) AS country, MIN(o.owner) AS owner, {differs} AS differs
    FROM sales_order AS o
    WHERE o.state = 'counted' AND o.date >= :first AND o.date <= :as_of
        AND SUBSTR(o.date, 1, 7) <= :last
        AND COALESCE(o.currency, (SELECT value FROM meta WHERE key = 'currency')) = :currency
    GROUP BY 1, 2
),
split AS MATERIALIZED (
    SELECT DISTINCT COALESCE(r.customer_id, 0) AS customer_id
    FROM own AS o LEFT JOIN record AS r ON r.id = o.record_id
    WHERE o.differs
)
SELECT
    {group} AS grp, SUBSTR(d.day, 1, 7) AS month,
    SUM(d.net) AS net, SUM(d.gross) AS gross, SUM(d.quantity) AS quantity,
    SUM(d.lines) AS lines, SUM(d.orders) AS orders,
    COUNT(DISTINCT CASE WHEN d.orders > 0 THEN r.customer_id END) AS customers
FROM own AS o
JOIN purchase_day AS d
    ON d.record_id = o.record_id AND d.currency = :currency AND d.day = o.day
LEFT JOIN record AS r ON r.id = o.record_id
LEFT JOIN people AS g ON g.id = r.customer_id
WHERE COALESCE(r.customer_id, 0) NOT IN (SELECT customer_id FROM split)
GROUP BY 1, 2
UNION ALL
SELECT NULL, customer_id, 0, 0, 0, 0, 0, 0 FROM split
