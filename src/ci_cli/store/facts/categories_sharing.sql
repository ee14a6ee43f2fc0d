-- Categories that have a product in common with another category.
WITH kinds AS MATERIALIZED (
    SELECT DISTINCT product, category FROM item_category WHERE product <> ''
)
SELECT DISTINCT k.category
FROM kinds AS k
JOIN (SELECT product FROM kinds GROUP BY product HAVING COUNT(*) > 1) AS s ON s.product = k.product
ORDER BY 1
