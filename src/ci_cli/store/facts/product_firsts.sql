-- The day on which each product was first sold, in whatever currency.
WITH kinds AS MATERIALIZED (
    SELECT item_id, product FROM item_category
),
items AS MATERIALIZED (
    SELECT item_id, MIN(day) AS first_day
    FROM revenue_line
    WHERE kind = 'sale' AND amount > 0 AND item_id IS NOT NULL
    GROUP BY item_id
)
SELECT k.product, MIN(i.first_day) AS first_day
FROM items AS i
JOIN kinds AS k ON k.item_id = i.item_id
WHERE k.product <> ''
GROUP BY 1
ORDER BY 1
