-- The interactions of customer :customer_id up to :as_of that health looks at.
SELECT
    i.id, i.kind, i.day, i.due, CASE WHEN i.closed <= :as_of THEN i.closed END,
    CASE WHEN t.reached AND t.day <= :as_of THEN t.day END,
    COALESCE(i.subject, i.topic, SUBSTR(i.text, 1, 60), '')
FROM interaction AS i
JOIN record AS r ON r.id = i.record_id
LEFT JOIN touch AS t ON t.id = i.id
WHERE r.customer_id = :customer_id AND i.day <= :as_of
ORDER BY i.day DESC, i.id DESC
