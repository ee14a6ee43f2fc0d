-- What each row and column of a pivot adds up to.
{tables}
SELECT {row} AS row_key, {column} AS column_key, {sums}
FROM {facts} AS v
LEFT JOIN record AS r ON r.id = v.record_id
{joins}
WHERE {conditions}
GROUP BY 1, 2
ORDER BY 1, 2
