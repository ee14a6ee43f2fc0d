-- How people found the attitude, from enthusiastic +1 to hostile -1 (:steps, JSON), and rivals that
-- were named: won against one +1/3, at risk -2/3, lost to one -1.
SELECT
    r.customer_id, 'attitude' AS kind,
    CASE WHEN x.kind = 'attitude' THEN CAST(s.value AS REAL)
        WHEN x.stand = 'won' THEN 1.0 / 3
        WHEN x.stand = 'lost' THEN -1.0
        ELSE -2.0 / 3 END AS value,
    x.day, 'insight' AS tbl, x.id,
    CASE WHEN x.kind = 'attitude' THEN x.value ELSE x.stand || ': ' || x.value END AS word
FROM insight AS x
JOIN record AS r ON r.id = x.record_id
LEFT JOIN JSON_EACH(:steps) AS s ON x.kind = 'attitude' AND s.key = x.value
WHERE ((x.kind = 'attitude' AND s.key IS NOT NULL) OR (x.kind = 'competitor' AND x.stand <> ''))
    AND x.day > :start AND x.day <= :as_of
    AND (:customer_id IS NULL OR r.customer_id = :customer_id)
