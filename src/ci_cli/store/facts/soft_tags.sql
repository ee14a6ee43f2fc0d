-- What customers do, as tags: the polarity of each times its strength (:polarity, JSON), from -1 to
-- 1. What has run out by :as_of counts no more.
SELECT
    r.customer_id, 'tags' AS kind, MAX(MIN(CAST(p.value AS REAL), 1.0), -1.0) AS value,
    e.day, 'behaviour' AS tbl, e.id, e.code AS word
FROM tag_event AS e
JOIN record AS r ON r.id = e.record_id
JOIN JSON_EACH(:polarity) AS p ON p.key = e.code
WHERE e.day > :start AND e.day <= :as_of AND (e.until IS NULL OR e.until >= :as_of)
    AND (:customer_id IS NULL OR r.customer_id = :customer_id)
