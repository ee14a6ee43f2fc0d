-- The usage series :metrics (a JSON list, small letters) from :start to :as_of.
SELECT r.customer_id, u.metric, u.grain, u.period, u.value, u.id
FROM usage AS u
JOIN record AS r ON r.id = u.record_id
WHERE LOWER(u.metric) IN (SELECT value FROM JSON_EACH(:metrics))
    AND u.period > :start AND u.period <= :as_of AND u.value IS NOT NULL
    AND (:customer_id IS NULL OR r.customer_id = :customer_id)
ORDER BY r.customer_id, u.metric, u.period, u.id
