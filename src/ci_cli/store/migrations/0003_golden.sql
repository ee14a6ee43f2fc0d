-- Survivorship, said once: each record with the priority of its source.

CREATE VIEW voice AS
SELECT r.*, coalesce(s.priority, 0) AS priority
FROM record AS r LEFT JOIN source AS s ON s.name = r.source;

-- Of each field the first that has one: source priority, then a description before hearsay, then
-- the most recent word, then the founding record.

DROP VIEW golden;

CREATE VIEW golden AS
SELECT c.id,
    (SELECT v.name FROM voice AS v WHERE v.customer_id = c.id AND v.name IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS name,
    (SELECT v.short_name FROM voice AS v WHERE v.customer_id = c.id AND v.short_name IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS short_name,
    (SELECT v.tax_id FROM voice AS v WHERE v.customer_id = c.id AND v.tax_id IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS tax_id,
    (SELECT v.industry FROM voice AS v WHERE v.customer_id = c.id AND v.industry IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS industry,
    (SELECT v.country FROM voice AS v WHERE v.customer_id = c.id AND v.country IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS country,
    (SELECT v.region FROM voice AS v WHERE v.customer_id = c.id AND v.region IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS region,
    (SELECT v.city FROM voice AS v WHERE v.customer_id = c.id AND v.city IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS city,
    (SELECT v.address FROM voice AS v WHERE v.customer_id = c.id AND v.address IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS address,
    (SELECT v.postcode FROM voice AS v WHERE v.customer_id = c.id AND v.postcode IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS postcode,
    (SELECT v.tier FROM voice AS v WHERE v.customer_id = c.id AND v.tier IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS tier,
    (SELECT v.status FROM voice AS v WHERE v.customer_id = c.id AND v.status IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS status,
    (SELECT v.owner FROM voice AS v WHERE v.customer_id = c.id AND v.owner IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS owner,
    (SELECT v.channel FROM voice AS v WHERE v.customer_id = c.id AND v.channel IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS channel,
    (SELECT v.since FROM voice AS v WHERE v.customer_id = c.id AND v.since IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS since,
    (SELECT v.parent FROM voice AS v WHERE v.customer_id = c.id AND v.parent IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS parent,
    (SELECT v.phone FROM voice AS v WHERE v.customer_id = c.id AND v.phone IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS phone,
    (SELECT v.email FROM voice AS v WHERE v.customer_id = c.id AND v.email IS NOT NULL
     ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1) AS email,
    -- what to call a customer of whom only an id is known
    coalesce(
        (SELECT v.name FROM voice AS v WHERE v.customer_id = c.id AND v.name IS NOT NULL
         ORDER BY v.priority DESC, v.described DESC, v.updated_at DESC,
      v.id <> v.customer_id, v.id LIMIT 1),
        (SELECT r.source_key FROM record AS r WHERE r.id = c.id)
    ) AS label
FROM customer AS c
WHERE c.merged_into IS NULL;
