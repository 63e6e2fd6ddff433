-- search_language.sql - synonyms, suggestions, and what was not found.

-- name: search_suggest :one readonly slow
-- For what is typed so far ($1; $2 the same with LIKE's wildcards escaped), at
-- most $3 of each kind. Of a word that begins most of the catalogue only some
-- are looked at: who types it will type on.
SELECT coalesce((SELECT json_agg(json_build_object('id', k.product_id, 'slug', k.slug, 'name', k.name,
                                 'brand', k.brand, 'image', k.image) ORDER BY h.popularity DESC, k.name)
                   FROM (SELECT s.product_id, s.popularity
                           FROM (SELECT product_id, popularity FROM search_document
                                  WHERE words @@ search_typed($1) LIMIT 500) s
                          ORDER BY s.popularity DESC, s.product_id LIMIT $3) h
                   JOIN card k ON k.product_id = h.product_id), '[]') AS products,
       coalesce((SELECT json_agg(json_build_object('slug', c.slug, 'name', c.name,
                                 'product_count', c.products) ORDER BY c.products DESC, c.name)
                   FROM (SELECT c.slug, c.name, place_count(c.id) AS products FROM category c
                          WHERE (c.name ILIKE $2 || '%' OR c.name ILIKE '% ' || $2 || '%')
                            AND place_count(c.id) > 0
                          ORDER BY place_count(c.id) DESC, c.name LIMIT $3) c), '[]') AS categories,
       coalesce((SELECT json_agg(b.label ORDER BY b.label)
                   FROM (SELECT f.label FROM facet f
                          WHERE f.group_id = (SELECT id FROM facet_group WHERE code = 'brand')
                            AND lower(f.label) LIKE lower($2) || '%'
                            AND EXISTS (SELECT 1 FROM search_document d
                                         WHERE d.words @@ ('''=' || f.id || '''')::tsquery)
                          ORDER BY lower(f.label) LIMIT $3) b), '[]') AS brands;

-- name: search_miss_note :exec
-- One row a day and text; no more than 5,000 texts a day are kept.
INSERT INTO search_miss AS m (query)
SELECT left(btrim(regexp_replace(regexp_replace(lower($1), '[0-9]([ -]?[0-9]){6,}', '#', 'g'),
                                 '[[:space:][:cntrl:]]+', ' ', 'g')), 100)
 WHERE (SELECT count(*) FROM (SELECT 1 FROM search_miss WHERE day = current_date LIMIT 5000) n) < 5000
    ON CONFLICT (day, query) DO UPDATE SET searches = m.searches + 1, last_at = now();

-- name: search_miss_list :page readonly
SELECT m.query, sum(m.searches)::bigint AS searches, count(*) AS days, max(m.last_at) AS last_at,
       count(*) OVER () AS total_count
  FROM search_miss m
 WHERE m.day > current_date - $1::int [[filters]]
 GROUP BY m.query
 ORDER BY [[order]] [[page]];

-- name: search_miss_forget :exec
DELETE FROM search_miss WHERE day < current_date - 90;

-- name: synonym_list :page readonly
SELECT s.id, s.kind, array_to_json(s.terms) AS terms, s.created_at, s.updated_at, s.version,
       count(*) OVER () AS total_count
  FROM search_synonym s
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: synonym_show :maybe readonly
SELECT id, kind, array_to_json(terms) AS terms, created_at, updated_at, version
  FROM search_synonym WHERE id = $1;

-- name: synonym_insert :exec
INSERT INTO search_synonym (id, kind, terms) VALUES ($1, $2, $3);

-- name: synonym_lock :maybe
SELECT version FROM search_synonym WHERE id = $1 FOR UPDATE;

-- name: synonym_update :exec
UPDATE search_synonym SET kind = coalesce($2, kind), terms = coalesce($3, terms), updated_at = now(),
       version = version + 1
 WHERE id = $1;

-- name: synonym_delete :exec
DELETE FROM search_synonym WHERE id = $1;
