-- Where products that were sold in the group :group are sold under another name now: by that name,
-- how many products, for how much before (period 0), and for how much now.
WITH kinds AS MATERIALIZED (
    SELECT item_id, product, category FROM item_category
),
former AS MATERIALIZED (
    SELECT DISTINCT k.product
    FROM revenue_line AS v
    JOIN kinds AS k ON k.item_id = v.item_id
    WHERE v.currency = :currency AND k.category = :group AND k.product <> ''
        AND SUBSTR(v.day, 1, 7) BETWEEN :before_first AND :before_last
)
SELECT
    k.category, COUNT(DISTINCT k.product) AS products,
    SUM(CASE WHEN SUBSTR(v.day, 1, 7) < :now_first THEN v.amount ELSE 0 END) AS before,
    SUM(CASE WHEN SUBSTR(v.day, 1, 7) >= :now_first THEN v.amount ELSE 0 END) AS net
FROM revenue_line AS v
JOIN kinds AS k ON k.item_id = v.item_id
JOIN former AS f ON f.product = k.product
WHERE v.currency = :currency AND v.day <= :as_of AND k.category <> :group
    AND (
        SUBSTR(v.day, 1, 7) BETWEEN :before_first AND :before_last
        OR SUBSTR(v.day, 1, 7) BETWEEN :now_first AND :now_last
    )
GROUP BY 1
ORDER BY 4 DESC, 1
