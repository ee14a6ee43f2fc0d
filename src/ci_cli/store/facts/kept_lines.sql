-- The revenue lines of the orders with ids {ids}, all of them numbers.
SELECT
    v.order_id, COALESCE(v.item_id, 0), CASE WHEN v.kind = 'sale' THEN 1 ELSE 0 END,
    v.amount, COALESCE(v.quantity, 0)
FROM revenue_line AS v
WHERE v.order_id {ids}
