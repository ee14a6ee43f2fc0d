-- The order lines behind one cell: group {group} in :month, each with the place it came from.
SELECT
    o.order_key, v.day, r.customer_id, COALESCE(g.label, '') AS customer,
    COALESCE(k.product, '') AS product, COALESCE(NULLIF(i.name, ''), k.label, '') AS product_name,
    COALESCE(k.category, '') AS category, v.kind, v.quantity, v.unit_price, v.amount,
    b.batch_id, b.file, b.sheet, v.line
FROM revenue_line AS v
JOIN sales_order AS o ON o.id = v.order_id
LEFT JOIN record AS r ON r.id = v.record_id
LEFT JOIN golden AS g ON g.id = r.customer_id
LEFT JOIN item AS i ON i.id = v.item_id
LEFT JOIN item_category AS k ON k.item_id = v.item_id
JOIN batch_file AS b ON b.id = v.file_id
WHERE v.currency = :currency AND v.day <= :as_of AND SUBSTR(v.day, 1, 7) = :month
    AND {group} = :group
ORDER BY v.day, o.order_key, b.file, v.line
