-- What people call a product: its name in the product list, else its most frequent name on lines.
-- {counted} gives the number of lines of each item.
WITH counted AS MATERIALIZED ({counted})
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
