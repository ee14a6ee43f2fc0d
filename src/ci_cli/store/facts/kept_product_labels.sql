-- product_labels, with the lines of each item counted from the kept cells.
WITH counted AS MATERIALIZED (
    SELECT CAST(grp AS INTEGER) AS item_id, SUM(lines) AS lines FROM month_cell
    WHERE dimension = 'item' AND grp <> '0' GROUP BY grp
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
