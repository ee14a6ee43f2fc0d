-- What people call a product: its name in the product list, else its most frequent name on lines.
WITH counted AS MATERIALIZED (
    SELECT item_id, COUNT(*) AS lines FROM revenue_line WHERE item_id IS NOT NULL GROUP BY item_id
)
SELECT product, label FROM (
    SELECT
        k.product, k.label,
        ROW_NUMBER() OVER (
            PARTITION BY k.product ORDER BY SUM(c.lines) DESC, k.label
        ) AS position
    FROM counted AS c
    JOIN item_category AS k ON k.item_id = c.item_id
    WHERE k.label <> ''
    GROUP BY k.product, k.label
) AS ranked
WHERE position = 1
