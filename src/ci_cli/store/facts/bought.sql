-- What some orders brought up to :as_of: by category and currency the first and last day, the orders,
-- the net amount, and the order, import, file, sheet and line that it began with. The numbers of the
-- orders are for the list. What was only sent back has no beginning.
WITH own AS (
    SELECT
        v.order_id, v.day, v.currency, v.kind, v.amount, v.file_id, v.line,
        COALESCE(k.category, '') AS category
    FROM revenue_line AS v
    LEFT JOIN item_category AS k ON k.item_id = v.item_id
    WHERE v.day <= :as_of AND v.order_id IN ({orders})
),
begun AS (
    SELECT
        category, currency, order_id, file_id, line,
        ROW_NUMBER() OVER (
            PARTITION BY category, currency ORDER BY day, order_id, line
        ) AS position
    FROM own
    WHERE kind = 'sale' AND amount > 0
),
sums AS (
    SELECT
        category, currency,
        MIN(CASE WHEN kind = 'sale' AND amount > 0 THEN day END) AS first_day,
        MAX(CASE WHEN kind = 'sale' AND amount > 0 THEN day END) AS last_day,
        COUNT(DISTINCT CASE WHEN kind = 'sale' AND amount > 0 THEN order_id END) AS orders,
        SUM(amount) AS net
    FROM own
    GROUP BY category, currency
)
SELECT
    s.category, s.currency, s.first_day, s.last_day, s.orders, s.net, o.order_key, f.batch_id,
    f.file, f.sheet, b.line
FROM sums AS s
LEFT JOIN begun AS b ON b.category = s.category AND b.currency = s.currency AND b.position = 1
LEFT JOIN sales_order AS o ON o.id = b.order_id
LEFT JOIN batch_file AS f ON f.id = b.file_id
