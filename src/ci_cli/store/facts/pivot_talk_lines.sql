-- The interactions behind one cell of a pivot, each with the place it came from.
{tables}
SELECT
    v.day, v.kind, v.topic, r.customer_id, COALESCE(g.label, '') AS customer, v.owner, v.outcome,
    COALESCE(v.subject, v.text) AS text, b.batch_id, b.file, b.sheet, v.line
FROM {facts} AS v
LEFT JOIN record AS r ON r.id = v.record_id
LEFT JOIN golden AS g ON g.id = r.customer_id
LEFT JOIN batch_file AS b ON b.id = v.file_id
{joins}
WHERE {conditions}
ORDER BY v.day, v.id
