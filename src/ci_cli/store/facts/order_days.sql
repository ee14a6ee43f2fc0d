-- How many orders each day has, void ones too; day '' holds those without a date.
SELECT
    COALESCE(o.date, '') AS day,
    COALESCE(o.currency, (SELECT value FROM meta WHERE key = 'currency')) AS currency,
    COUNT(*) AS orders, SUM(CASE WHEN o.state = 'counted' THEN 1 ELSE 0 END) AS counted
FROM sales_order AS o
GROUP BY 1, 2
