-- transfer.sql - catalogues in and out as files: a batch is a handful of
-- statements, however many products it has.

-- ---- a batch ----

-- Plans by key for the whole transaction, whatever the planner believes of
-- tables that were empty a moment ago, and none compiled; no wait for the disk,
-- as a batch that a crash takes with it takes the import's position with it, and
-- is read again. And the import, if it still stands where this batch begins.
-- name: import_take :maybe
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_hashjoin', 'off', true), set_config('jit', 'off', true),
       set_config('synchronous_commit', 'off', true),
       price_cause('import', NULL)
  FROM import
 WHERE id = $1 AND state = 'running' AND position = $2 AND retried = $3
   FOR UPDATE;

-- The same in a lane: batches of the command are written beside each other, so
-- the import is locked only at the end.
-- name: import_join :maybe
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_hashjoin', 'off', true), set_config('jit', 'off', true),
       set_config('synchronous_commit', 'off', true),
       price_cause('import', NULL)
  FROM import
 WHERE id = $1 AND state = 'running';

-- What the shop has, in the order of the input. $2: the source of the keys; $3:
-- a product is also known by its slug or by a SKU.
-- name: import_known :many
SELECT k.id, coalesce(p.source_hash = decode(i.hash, 'hex'), false) AS is_same,
       (SELECT v.sku FROM variant v WHERE v.sku IN (SELECT jsonb_array_elements_text(i.skus))
           AND v.product_id IS DISTINCT FROM k.id
           AND NOT EXISTS (SELECT 1 FROM product o JOIN import_key met ON met.import_id = $4
                    AND met.key = sha256(convert_to('p' || o.source_key, 'UTF8'))
                   WHERE o.id = v.product_id AND $5::boolean) LIMIT 1) AS taken_sku,
       EXISTS (SELECT 1 FROM product o WHERE o.slug = i.slug AND o.id IS DISTINCT FROM k.id)
       AS is_slug_taken,
       (SELECT t.id FROM product_type t WHERE t.code = i.type) AS type,
       p.status, p.product_type_id
  FROM jsonb_to_recordset($1::jsonb) AS i (place int, key text, slug text, skus jsonb, type text, hash text)
 CROSS JOIN LATERAL (SELECT coalesce(
        (SELECT o.id FROM product o WHERE o.source = $2 AND o.source_key = i.key AND o.deleted_at IS NULL),
        CASE WHEN $3::boolean THEN
            (SELECT o.id FROM product o WHERE o.slug = i.slug AND o.deleted_at IS NULL) END,
        CASE WHEN $3::boolean THEN
            (SELECT v.product_id FROM variant v
              WHERE v.sku IN (SELECT jsonb_array_elements_text(i.skus)) LIMIT 1) END) AS id) k
  LEFT JOIN product p ON p.id = k.id
 ORDER BY i.place;

-- name: import_keys_met :many readonly
SELECT encode(key, 'hex'), line FROM import_key
 WHERE import_id = $1 AND key = ANY (ARRAY(SELECT decode(h, 'hex') FROM unnest($2::text[]) AS h));

-- name: import_keys_add :exec
INSERT INTO import_key (import_id, key, line)
SELECT $1, decode(h, 'hex'), l FROM unnest($2::text[], $3::bigint[]) AS m (h, l)
    ON CONFLICT DO NOTHING;

-- The category of that name below that parent.
-- name: import_category_find :maybe
SELECT id FROM category WHERE parent_id IS NOT DISTINCT FROM $1::uuid AND name = $2;

-- name: import_category :one
INSERT INTO category (id, parent_id, slug, name, lineage)
SELECT $4::uuid, $1, CASE WHEN EXISTS (SELECT 1 FROM category WHERE slug = $3)
                    THEN $3 || '-' || right($4::text, 8) ELSE $3 END, $2,
       coalesce((SELECT lineage FROM category WHERE id = $1), '{}') || $4::uuid
RETURNING id;

-- Attributes that the file needs and the shop does not have. Asked first,
-- because any INSERT tells the caches of a change.
-- name: import_attributes_lack :one
SELECT count(*)
  FROM jsonb_to_recordset($1::jsonb) AS r (code text)
 WHERE NOT EXISTS (SELECT 1 FROM attribute a WHERE a.code = r.code);

-- name: import_attributes :exec
INSERT INTO attribute (code, name, kind, unit, is_filterable)
SELECT r.code, r.name, r.kind, coalesce(r.unit, ''), true
  FROM jsonb_to_recordset($1::jsonb) AS r (code text, name text, kind text, unit text)
 WHERE NOT EXISTS (SELECT 1 FROM attribute a WHERE a.code = r.code)
    ON CONFLICT DO NOTHING;

-- Products, variants and prices of a batch; slugs that are taken, in the shop
-- or in the batch, get the end of the id.
-- name: import_create :exec
WITH i AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY slug ORDER BY place) AS turn
      FROM jsonb_to_recordset($1::jsonb) AS r (place int, product uuid, key text, slug text,
           name text, description text, brand text, status text, category uuid, product_type uuid,
           attributes jsonb, options jsonb, images jsonb, publish_at text, unpublish_at text,
           seo_title text, seo_description text, metadata jsonb, private_metadata jsonb, hash text)
), p AS (
    INSERT INTO product (id, slug, name, description, brand, status, category_id, product_type_id,
                         attributes, options, images, publish_at, unpublish_at, seo_title,
                         seo_description, metadata, private_metadata, source, source_key, source_hash)
    SELECT product, CASE WHEN turn > 1 OR EXISTS (SELECT 1 FROM product o WHERE o.slug = i.slug)
                         THEN i.slug || '-' || right(product::text, 8) ELSE i.slug END,
           name, coalesce(description, ''), coalesce(brand, ''), coalesce(status, 'published'),
           category, product_type, attributes, coalesce(options, '[]'), coalesce(images, '[]'),
           nullif(publish_at, '')::timestamptz, nullif(unpublish_at, '')::timestamptz,
           coalesce(seo_title, ''), coalesce(seo_description, ''), coalesce(metadata, '{}'),
           coalesce(private_metadata, '{}'), $4, key, decode(hash, 'hex')
      FROM i ORDER BY place
), v AS (
    INSERT INTO variant (id, product_id, sku, name, position, is_default, options, attributes, barcode,
                         weight_grams, length_mm, width_mm, height_mm, is_active, metadata,
                         private_metadata)
    SELECT id, product, sku, coalesce(name, ''), position, position = 0, coalesce(options, '{}'),
           coalesce(attributes, '{}'), coalesce(barcode, ''), coalesce(weight_grams, 0), length_mm,
           width_mm, height_mm, coalesce(is_active, true), coalesce(metadata, '{}'),
           coalesce(private_metadata, '{}')
      FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, product uuid, sku text, name text, position int,
           options jsonb, attributes jsonb, barcode text, weight_grams int, length_mm int,
           width_mm int, height_mm int, is_active boolean, metadata jsonb, private_metadata jsonb)
)
INSERT INTO price (variant_id, currency, amount, compare_at_amount)
SELECT variant, currency, amount, compare_at
  FROM jsonb_to_recordset($3::jsonb) AS r (variant uuid, currency text, amount bigint, compare_at bigint);

-- name: import_lock :many
SELECT 1 FROM product WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE;

-- What the file says of products that are known: what it does not name stays.
-- Gives those that differed.
-- name: import_update :many
WITH i AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (product uuid, slug text, name text,
           description text, brand text, status text, category uuid, has_category boolean,
           product_type uuid, has_type boolean, attributes jsonb, unset jsonb, replaces boolean,
           options jsonb, images jsonb, publish_at text, unpublish_at text, seo_title text,
           seo_description text, metadata jsonb, private_metadata jsonb)
), f AS MATERIALIZED (
    SELECT p.id, coalesce(i.slug, p.slug) AS slug, coalesce(i.name, p.name) AS name,
           coalesce(i.description, p.description) AS description, coalesce(i.brand, p.brand) AS brand,
           coalesce(i.status, p.status) AS status,
           CASE WHEN i.has_category THEN i.category ELSE p.category_id END AS category_id,
           CASE WHEN i.has_type THEN i.product_type ELSE p.product_type_id END AS product_type_id,
           ((CASE WHEN i.replaces THEN '{}' ELSE p.attributes END) || i.attributes)
           - ARRAY(SELECT jsonb_array_elements_text(i.unset)) AS attributes,
           options_merged(p.options, i.options) AS options, coalesce(i.images, p.images) AS images,
           CASE WHEN i.publish_at IS NULL THEN p.publish_at
                ELSE nullif(i.publish_at, '')::timestamptz END AS publish_at,
           CASE WHEN i.unpublish_at IS NULL THEN p.unpublish_at
                ELSE nullif(i.unpublish_at, '')::timestamptz END AS unpublish_at,
           coalesce(i.seo_title, p.seo_title) AS seo_title,
           coalesce(i.seo_description, p.seo_description) AS seo_description,
           coalesce(i.metadata, p.metadata) AS metadata,
           coalesce(i.private_metadata, p.private_metadata) AS private_metadata
      FROM i JOIN product p ON p.id = i.product
), changed AS (
    UPDATE product p
       SET slug = f.slug, name = f.name, description = f.description, brand = f.brand,
           status = f.status, category_id = f.category_id, product_type_id = f.product_type_id,
           attributes = f.attributes, options = f.options, images = f.images,
           publish_at = f.publish_at, unpublish_at = f.unpublish_at, seo_title = f.seo_title,
           seo_description = f.seo_description, metadata = f.metadata,
           private_metadata = f.private_metadata
      FROM f
     WHERE p.id = f.id
       AND (p.slug, p.name, p.description, p.brand, p.status, p.category_id, p.product_type_id,
            p.attributes, p.options, p.images, p.publish_at, p.unpublish_at, p.seo_title,
            p.seo_description, p.metadata, p.private_metadata) IS DISTINCT FROM
           (f.slug, f.name, f.description, f.brand, f.status, f.category_id, f.product_type_id,
            f.attributes, f.options, f.images, f.publish_at, f.unpublish_at, f.seo_title,
            f.seo_description, f.metadata, f.private_metadata)
    RETURNING p.id
), n AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, product uuid, sku text, name text,
           position int, options jsonb, attributes jsonb, barcode text, weight_grams int, length_mm int,
           width_mm int, height_mm int, is_active boolean, metadata jsonb, private_metadata jsonb)
), v AS (
    UPDATE variant v
       SET name = coalesce(n.name, v.name), options = coalesce(n.options, v.options),
           attributes = coalesce(n.attributes, v.attributes), barcode = coalesce(n.barcode, v.barcode),
           weight_grams = coalesce(n.weight_grams, v.weight_grams),
           length_mm = coalesce(n.length_mm, v.length_mm), width_mm = coalesce(n.width_mm, v.width_mm),
           height_mm = coalesce(n.height_mm, v.height_mm), is_active = coalesce(n.is_active, v.is_active),
           metadata = coalesce(n.metadata, v.metadata),
           private_metadata = coalesce(n.private_metadata, v.private_metadata),
           updated_at = now(), version = v.version + 1
      FROM n
     WHERE v.sku = n.sku AND v.product_id = n.product
       AND (coalesce(n.name, v.name), coalesce(n.options, v.options),
            coalesce(n.attributes, v.attributes), coalesce(n.barcode, v.barcode),
            coalesce(n.weight_grams, v.weight_grams), coalesce(n.length_mm, v.length_mm),
            coalesce(n.width_mm, v.width_mm), coalesce(n.height_mm, v.height_mm),
            coalesce(n.is_active, v.is_active), coalesce(n.metadata, v.metadata),
            coalesce(n.private_metadata, v.private_metadata)) IS DISTINCT FROM
           (v.name, v.options, v.attributes, v.barcode, v.weight_grams, v.length_mm, v.width_mm,
            v.height_mm, v.is_active, v.metadata, v.private_metadata)
    RETURNING v.product_id
), made AS (
    INSERT INTO variant (id, product_id, sku, name, position, is_default, options, attributes, barcode,
                         weight_grams, length_mm, width_mm, height_mm, is_active, metadata,
                         private_metadata)
    SELECT n.id, n.product, n.sku, coalesce(n.name, ''),
           (SELECT coalesce(max(o.position), 0) FROM variant o WHERE o.product_id = n.product) + 1 + n.position,
           false, coalesce(n.options, '{}'), coalesce(n.attributes, '{}'), coalesce(n.barcode, ''),
           coalesce(n.weight_grams, 0), n.length_mm, n.width_mm, n.height_mm,
           coalesce(n.is_active, true), coalesce(n.metadata, '{}'), coalesce(n.private_metadata, '{}')
      FROM n WHERE NOT EXISTS (SELECT 1 FROM variant o WHERE o.sku = n.sku)
    RETURNING product_id
)
SELECT id FROM changed UNION SELECT product_id FROM v UNION SELECT product_id FROM made;

-- Prices and stock of variants that are known by now. Gives which are new, and
-- what of theirs differs.
-- name: import_goods :many
SELECT v.id, v.product_id, r.stock,
       NOT EXISTS (SELECT 1 FROM stock s WHERE s.variant_id = v.id) AS is_new,
       r.stock IS NOT NULL AND r.stock IS DISTINCT FROM (
           SELECT s.on_hand FROM stock s JOIN location l ON l.id = s.location_id AND l.is_default
            WHERE s.variant_id = v.id) AS has_other_stock
  FROM jsonb_to_recordset($1::jsonb) AS r (sku text, stock bigint)
  JOIN variant v ON v.sku = r.sku;

-- Gives the products whose prices differed.
-- name: import_prices :many
WITH r AS MATERIALIZED (
    SELECT v.id, v.product_id, r.currency, r.amount, r.compare_at
      FROM jsonb_to_recordset($1::jsonb) AS r (sku text, currency text, amount bigint, compare_at bigint)
      JOIN variant v ON v.sku = r.sku
), other AS MATERIALIZED (
    SELECT r.* FROM r
      LEFT JOIN regular_price g ON g.variant_id = r.id AND g.currency = r.currency
     WHERE (coalesce(r.amount, g.amount), r.compare_at) IS DISTINCT FROM (g.amount, g.compare_at_amount)
), done AS MATERIALIZED (
    SELECT prices_set(array_agg(id), array_agg(currency), array_agg(amount), array_agg(compare_at), 'import')
           AS changed FROM other HAVING count(*) > 0
)
SELECT DISTINCT product_id FROM other CROSS JOIN done;

-- The seal on what was updated: what the file said, by whom it is known, and a
-- new version of what changed ($2).
-- name: import_seal :exec
UPDATE product p SET source_hash = decode(i.hash, 'hex'),
       source = CASE WHEN p.source IS NULL THEN $3 ELSE p.source END,
       source_key = CASE WHEN p.source IS NULL THEN i.key ELSE p.source_key END,
       version = p.version + (p.id = ANY ($2::uuid[]))::int,
       updated_at = CASE WHEN p.id = ANY ($2::uuid[]) THEN now() ELSE p.updated_at END
  FROM jsonb_to_recordset($1::jsonb) AS i (product uuid, key text, hash text)
 WHERE p.id = i.product;

-- Who may not be published as it stands now.
-- name: import_lacks :many
SELECT p.id, array_to_string(l.lacks, ' ')
  FROM product p CROSS JOIN LATERAL (SELECT product_lacks(p.id) AS lacks) l
 WHERE p.id = ANY ($1::uuid[]) AND p.status = 'published' AND cardinality(l.lacks) > 0;

-- Lanes may come out of turn: what is told is how far the foremost is.
-- name: import_step :maybe
UPDATE import SET position = greatest(position, $2), line = greatest(line, $3), retried = $4,
       rows_done = rows_done + $5,
       created = created + $6, updated = updated + $7, unchanged = unchanged + $8,
       refused = refused + $9, updated_at = now()
 WHERE id = $1 AND state = 'running' RETURNING id;

-- What was refused, or is refused no more ($3).
-- name: import_rows_add :exec
INSERT INTO import_row AS r (import_id, place, length, first_line, line, column_name, reason, raw)
SELECT $1, i.* FROM jsonb_to_recordset($2::jsonb) AS i (place bigint, length bigint, first_line bigint,
       line bigint, column_name text, reason text, raw text)
    ON CONFLICT (import_id, place) DO UPDATE SET line = EXCLUDED.line,
       column_name = EXCLUDED.column_name, reason = EXCLUDED.reason, tries = r.tries + 1;

-- name: import_rows_drop :exec
DELETE FROM import_row WHERE import_id = $1 AND place = ANY ($2::bigint[]);

-- ---- an import's life ----

-- name: import_insert :one
INSERT INTO import (id, format, is_dry_run, default_stock, mapping, file_name, is_command, account_id,
                    state, started_at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, CASE WHEN $7::boolean THEN 'running' ELSE 'created' END,
        CASE WHEN $7::boolean THEN now() END)
RETURNING id;

-- name: import_end :maybe
UPDATE import SET state = $2, failure = $3, finished_at = now(), updated_at = now(), is_retry = false,
       retried = -1
 WHERE id = $1 AND state = 'running' RETURNING id, refused;

-- name: import_keys_drop :exec
DELETE FROM import_key WHERE import_id = $1;

-- At most $3 bytes of the file that its parts make, from byte $2 on.
-- name: import_bytes :maybe readonly
SELECT substr(p.bytes, ($2::bigint - b.begins + 1)::int, $3::int)
  FROM (SELECT number, sum(size) OVER (ORDER BY number) - size AS begins, size
          FROM import_part WHERE import_id = $1) b
  JOIN import_part p ON p.import_id = $1 AND p.number = b.number
 WHERE b.begins <= $2 AND $2 < b.begins + b.size;

-- ---- for staff ----

-- name: import_list :page readonly
SELECT i.id, i.format, i.state, i.is_dry_run, i.is_retry, i.is_command, i.file_name, i.default_stock,
       i.bytes_total, CASE WHEN i.state = 'done' THEN i.rows_done END AS rows_total, i.rows_done,
       i.created, i.updated, i.unchanged, i.refused, import_percent(i) AS percent, i.failure,
       i.created_at, i.started_at, i.finished_at,
       (SELECT count(*) FROM import i WHERE true [[filters]]) AS total_count
  FROM import i WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: import_show :maybe readonly
SELECT i.id, i.format, i.state, i.is_dry_run, i.is_retry, i.is_command, i.file_name, i.default_stock,
       i.mapping, i.bytes_total, CASE WHEN i.state = 'done' THEN i.rows_done END AS rows_total,
       i.rows_done, i.created, i.updated, i.unchanged, i.refused, import_percent(i) AS percent,
       i.failure, coalesce((SELECT json_agg(json_build_object('number', p.number, 'bytes', p.size,
                'sha256', encode(p.checksum, 'hex')) ORDER BY p.number)
                FROM import_part p WHERE p.import_id = i.id), '[]') AS parts,
       i.created_at, i.started_at, i.finished_at
  FROM import i WHERE i.id = $1;

-- The import's id is $1.
-- name: import_row_list :page readonly
SELECT r.line, r.column_name, r.reason, r.raw, r.tries,
       (SELECT count(*) FROM import_row r WHERE r.import_id = $1 [[filters]]) AS total_count
  FROM import_row r WHERE r.import_id = $1 [[filters]]
 ORDER BY [[order]] [[page]];

-- A part of an import that has not begun; the same number again takes its place.
-- name: import_part_put :maybe
WITH i AS (
    SELECT id FROM import WHERE id = $1 AND state = 'created' AND NOT is_command FOR UPDATE
)
INSERT INTO import_part AS p (import_id, number, bytes, checksum)
SELECT i.id, $2, $3::bytea, $4::bytea FROM i
    ON CONFLICT (import_id, number) DO UPDATE SET bytes = EXCLUDED.bytes, checksum = EXCLUDED.checksum
RETURNING number, size AS bytes, encode(checksum, 'hex') AS sha256;

-- name: import_start :maybe
-- Its parts are there, from 1 on without a gap.
WITH p AS (
    SELECT count(*) AS parts, max(number) AS last, sum(size) AS bytes
      FROM import_part WHERE import_id = $1
)
UPDATE import i SET state = 'running', started_at = coalesce(i.started_at, now()), finished_at = NULL,
       failure = '', bytes_total = p.bytes, updated_at = now()
  FROM p
 WHERE i.id = $1 AND i.state IN ('created', 'failed') AND NOT i.is_command AND p.parts > 0
   AND p.parts = p.last
RETURNING i.id;

-- name: import_again :maybe
UPDATE import i SET state = 'running', is_retry = true, retried = -1, finished_at = NULL, failure = '',
       updated_at = now()
 WHERE i.id = $1 AND i.state = 'done' AND i.refused > 0
   AND EXISTS (SELECT 1 FROM import_part WHERE import_id = i.id)
RETURNING i.id;

-- name: import_cancel :maybe
UPDATE import SET state = 'cancelled', finished_at = now(), updated_at = now()
 WHERE id = $1 AND state IN ('created', 'running') RETURNING id;

-- name: import_load :maybe
SELECT format, is_dry_run, default_stock, mapping, position, line, is_retry, retried
  FROM import WHERE id = $1 AND state = 'running' AND NOT is_command;

-- Refused rows that come next, by their place in the file.
-- name: import_refused :many readonly
SELECT place, length, first_line FROM import_row
 WHERE import_id = $1 AND place > $2 ORDER BY place LIMIT 100;

-- Bytes that nobody will ask for again; rows and numbers stay.
-- name: import_sweep_parts :exec
DELETE FROM import_part p USING import i
 WHERE i.id = p.import_id AND i.state <> 'running' AND i.created_at < now() - interval '7 days';

-- An import of accounts has no row; the time is in its id (UUIDv7).
-- name: import_sweep_keys :exec
DELETE FROM import_key k WHERE NOT EXISTS (
    SELECT 1 FROM import i WHERE i.id = k.import_id
       AND (i.state = 'running' OR (i.refused > 0 AND i.created_at > now() - interval '7 days')))
   AND (EXISTS (SELECT 1 FROM import i WHERE i.id = k.import_id) OR k.import_id < rpad(lpad(to_hex(
        (extract(epoch FROM now() - interval '1 day') * 1000)::bigint), 12, '0'), 32, '0')::uuid);

-- Its job has died, or its command went away.
-- name: import_sweep_lost :exec
UPDATE import i SET state = 'failed', finished_at = now(), updated_at = now(),
       failure = coalesce((SELECT j.last_error FROM job j WHERE j.queue_key = 'import:' || i.id
                            AND j.state = 'dead' ORDER BY j.id DESC LIMIT 1), 'Nobody goes on with it.')
 WHERE i.state = 'running' AND i.updated_at < now() - interval '10 minutes'
   AND NOT EXISTS (SELECT 1 FROM job j WHERE j.queue_key = 'import:' || i.id
                      AND j.state IN ('queued', 'running'));

-- ---- out ----

-- name: export_insert :maybe
-- $4: the slug of a category; no row when there is none.
WITH c AS (SELECT id FROM category WHERE slug = $4)
INSERT INTO export (id, format, status, category_id, account_id, products)
SELECT $1, $2, $3, (SELECT id FROM c), $5, (
       SELECT count(*) FROM product p LEFT JOIN category k ON k.id = p.category_id
        WHERE p.deleted_at IS NULL AND ($3 = '' OR p.status = $3)
          AND ($4::text IS NULL OR (SELECT id FROM c) = ANY (k.lineage)))
 WHERE $4::text IS NULL OR EXISTS (SELECT 1 FROM c)
RETURNING id;

-- name: export_show :maybe readonly
SELECT e.id, e.format, 'ready' AS state, nullif(e.status, '') AS status, c.slug AS category, e.products, e.created_at,
       '/api/v1/admin/exports/' || e.id || '/file/' AS file, e.category_id
  FROM export e LEFT JOIN category c ON c.id = e.category_id WHERE e.id = $1;

-- name: export_list :page readonly
SELECT e.id, e.format, 'ready' AS state, nullif(e.status, '') AS status, c.slug AS category, e.products, e.created_at,
       '/api/v1/admin/exports/' || e.id || '/file/' AS file,
       (SELECT count(*) FROM export e WHERE true [[filters]]) AS total_count
  FROM export e LEFT JOIN category c ON c.id = e.category_id
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- What the heading needs to know: attributes and currencies.
-- name: export_attributes :many readonly
SELECT code, name, kind, unit FROM attribute ORDER BY position, code;

-- name: export_currencies :many readonly slow
SELECT DISTINCT currency FROM price ORDER BY currency;

-- Products behind $1, each with its variants; $2 status ('' any), $3 a category.
-- name: export_batch :many readonly slow
SELECT p.id, p.slug, p.name, p.description, p.brand, p.status,
       coalesce((SELECT json_agg(a.name ORDER BY cardinality(a.lineage))
                   FROM category a WHERE a.id = ANY (c.lineage)), '[]') AS category,
       t.code AS product_type, p.attributes, p.images, time_text(p.publish_at) AS publish_at,
       time_text(p.unpublish_at) AS unpublish_at, p.seo_title, p.seo_description, p.metadata,
       p.private_metadata, (
       SELECT json_agg(json_build_object('sku', v.sku, 'barcode', v.barcode,
                  'options', options_in_order(p.options, v.options),
                  'prices', coalesce((SELECT json_agg(json_build_object('currency', r.currency,
                          'amount', money_text(r.amount, r.currency),
                          'compare_at_amount', money_text(r.compare_at_amount, r.currency))
                          ORDER BY r.currency) FROM regular_price r WHERE r.variant_id = v.id), '[]'),
                  'weight_grams', v.weight_grams, 'length_mm', v.length_mm, 'width_mm', v.width_mm,
                  'height_mm', v.height_mm, 'is_active', v.is_active, 'stock', s.on_hand,
                  'attributes', v.attributes, 'metadata', v.metadata,
                  'private_metadata', v.private_metadata)
              ORDER BY NOT v.is_default, v.position, v.id)
         FROM variant v
         LEFT JOIN location l ON l.is_default
         LEFT JOIN stock s ON s.variant_id = v.id AND s.location_id = l.id
        WHERE v.product_id = p.id AND v.deleted_at IS NULL) AS variants
  FROM product p
  LEFT JOIN category c ON c.id = p.category_id
  LEFT JOIN product_type t ON t.id = p.product_type_id
 WHERE p.id > $1 AND p.deleted_at IS NULL AND ($2 = '' OR p.status = $2)
   AND ($3::uuid IS NULL OR $3 = ANY (c.lineage))
 ORDER BY p.id LIMIT $4::int;

-- Plans of every connection that were made while the tables were small are
-- made anew: a setting alone does not reach those that stand.
-- name: import_analyze :exec slow
ANALYZE product, variant, price, price_history, category, stock, stock_movement, card, listing, import_key;
