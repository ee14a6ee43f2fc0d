-- The order lines behind one cell of a report, each with the place it came from.
{tables}
SELECT
    s.order_key, v.day, r.customer_id, COALESCE(g.label, '') AS customer,
    COALESCE(c.product, '') AS product, COALESCE(NULLIF(i.name, ''), c.label, '') AS product_name,
    COALESCE(c.category, '') AS category, v.kind, v.quantity, v.unit_price, v.amount,
    b.batch_id, b.file, b.sheet, v.line
FROM revenue_line AS v
JOIN sales_order AS s ON s.id = v.order_id
LEFT JOIN record AS r ON r.id = v.record_id
LEFT JOIN golden AS g ON g.id = r.customer_id
LEFT JOIN item AS i ON i.id = v.item_id
LEFT JOIN item_category AS c ON c.item_id = v.item_id
JOIN batch_file AS b ON b.id = v.file_id
{joins}
WHERE {conditions}
ORDER BY v.day, s.order_key, b.file, v.line
