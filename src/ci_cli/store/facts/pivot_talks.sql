-- Interactions that came about: neither planned nor cancelled.
SELECT
    x.id, x.record_id, x.source, x.day, x.kind, x.topic, x.outcome, x.subject, x.text,
    x.author AS owner, x.file_id, x.line
FROM interaction AS x
WHERE COALESCE(x.outcome, '') NOT IN ('planned', 'cancelled')
