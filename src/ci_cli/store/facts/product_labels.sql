-- What people call a product: its name in the product list, else its most frequent name on lines.
SELECT product, label FROM (
    SELECT
        k.product, k.label,
        ROW_NUMBER() OVER (PARTITION BY k.product ORDER BY COUNT(*) DESC, k.label) AS position
    FROM order_line AS l
    JOIN item_category AS k ON k.item_id = l.item_id
    WHERE k.label <> ''
    GROUP BY k.product, k.label
) AS ranked
WHERE position = 1
