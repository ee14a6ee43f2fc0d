-- What each customer bought and sent back of each product of the group :group (NULL: of all), in
-- one currency, in the months :before_first to :before_last (period 0) and :now_first to :now_last
-- (period 1).
WITH kinds AS MATERIALIZED (
    SELECT item_id, product, category FROM item_category
)
SELECT
    COALESCE(r.customer_id, 0) AS customer_id, COALESCE(k.product, '') AS product,
    CASE WHEN SUBSTR(v.day, 1, 7) >= :now_first THEN 1 ELSE 0 END AS period,
    SUM(v.amount) AS net,
    SUM(CASE WHEN v.kind = 'sale' THEN v.amount ELSE 0 END) AS sales,
    SUM(CASE WHEN v.kind = 'sale' AND v.quantity > 0 THEN v.amount ELSE 0 END) AS measured,
    SUM(CASE WHEN v.kind = 'sale' AND v.quantity > 0 THEN v.quantity ELSE 0 END) AS quantity,
    SUM(CASE WHEN v.kind = 'sale' THEN COALESCE(l.discount, 0) ELSE 0 END) AS discount
FROM revenue_line AS v
LEFT JOIN order_line AS l ON l.id = v.line_id
LEFT JOIN record AS r ON r.id = v.record_id
LEFT JOIN kinds AS k ON k.item_id = v.item_id
WHERE v.currency = :currency AND v.day <= :as_of
    AND (:group IS NULL OR COALESCE(k.category, '') = :group)
    AND (
        SUBSTR(v.day, 1, 7) BETWEEN :before_first AND :before_last
        OR SUBSTR(v.day, 1, 7) BETWEEN :now_first AND :now_last
    )
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
