-- Customers who bought anything of the group :group before the month :before_first.
WITH kinds AS MATERIALIZED (
    SELECT item_id, category FROM item_category
)
SELECT DISTINCT r.customer_id
FROM revenue_line AS v
JOIN record AS r ON r.id = v.record_id
LEFT JOIN kinds AS k ON k.item_id = v.item_id
WHERE v.currency = :currency AND v.kind = 'sale' AND v.amount > 0
    AND SUBSTR(v.day, 1, 7) < :before_first AND COALESCE(k.category, '') = :group
ORDER BY 1
