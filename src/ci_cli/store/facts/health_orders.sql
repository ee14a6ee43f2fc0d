-- The revenue lines of the orders of customer :customer_id up to :as_of, each with its categories.
-- Orders are chosen first: SQLite cannot carry a join into the view, and would read every line.
SELECT
    o.id, o.order_key, v.day, v.kind, v.amount, COALESCE(k.category, ''), COALESCE(v.item_id, 0),
    f.file, v.line
FROM revenue_line AS v
JOIN sales_order AS o ON o.id = v.order_id
LEFT JOIN item_category AS k ON k.item_id = v.item_id
LEFT JOIN batch_file AS f ON f.id = v.file_id
WHERE v.order_id IN (
    SELECT s.id FROM sales_order AS s
    JOIN record AS r ON r.id = s.record_id
    WHERE r.customer_id = :customer_id
)
    AND v.currency = :currency AND v.day <= :as_of
ORDER BY v.day DESC, o.id DESC, v.line
