-- Whether customers are willing to talk: contacts in person that came about +1, refused ones -1.
SELECT
    r.customer_id, 'calls' AS kind,
    CASE WHEN t.outcome = 'refused' THEN -1.0 ELSE 1.0 END AS value,
    t.day, 'interaction' AS tbl, t.id, NULL AS word
FROM touch AS t
JOIN record AS r ON r.id = t.record_id
WHERE t.kind IN ('call', 'visit', 'meeting', 'demo') AND (t.reached OR t.outcome = 'refused')
    AND t.day > :start AND t.day <= :as_of
    AND (:customer_id IS NULL OR r.customer_id = :customer_id)
