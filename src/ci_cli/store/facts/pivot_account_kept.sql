-- pivot_account, read off the kept days or, as "known" chooses, months: where every order has a date,
-- and none is known by its total alone, all lines that are not in them are void.
WITH lines AS (
    SELECT COUNT(*) AS stored FROM order_line
),
days AS (
    SELECT
        SUM(lines) AS known,
        SUM(CASE WHEN currency = :currency AND day >= :since AND day <= :until
            THEN lines ELSE 0 END) AS counted,
        SUM(CASE WHEN currency <> :currency THEN lines ELSE 0 END) AS other_currency,
        SUM(CASE WHEN currency = :currency AND (day < :since OR day > :until)
            THEN lines ELSE 0 END) AS outside
    FROM ({known})
)
SELECT stored, counted, other_currency, outside, 0, stored - COALESCE(known, 0), 0
FROM lines, days
