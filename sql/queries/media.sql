-- Pictures: what was uploaded, its renditions, and which product shows them.

-- name: media_by_hash :maybe
SELECT id, state FROM media WHERE sha256 = $1;

-- name: media_insert :maybe
-- No row: the same bytes were uploaded meanwhile.
INSERT INTO media (id, sha256, content_type, bytes, width, height, alt, storage_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (sha256) DO NOTHING
RETURNING id;

-- name: media_again :maybe
-- The same bytes once more: one that was refused is tried once more, and a text
-- that was missing is taken.
UPDATE media SET alt = CASE WHEN alt = '' THEN $3 ELSE alt END,
       state = CASE WHEN state = 'refused' THEN 'processing' ELSE state END,
       storage_key = CASE WHEN state = 'refused' THEN $2 ELSE storage_key END,
       refusal = '', tries = 0, updated_at = now(), version = version + 1
 WHERE id = $1 AND (state = 'refused' OR (alt = '' AND $3 <> ''))
RETURNING state;

-- name: media_list :page readonly
SELECT m.id, m.state, m.refusal, m.content_type, m.bytes, m.width, m.height, m.alt,
       media_widest_url(m) AS url, media_renditions(m) AS renditions,
       (SELECT count(*) FROM product_media pm JOIN product p ON p.id = pm.product_id
         WHERE pm.media_id = m.id AND p.deleted_at IS NULL) AS product_count,
       m.created_at, m.updated_at, m.version, count(*) OVER () AS total_count
  FROM media m
 WHERE true [[filters]]
 ORDER BY [[order]] [[page]];

-- name: media_show :maybe readonly
SELECT m.id, m.state, m.refusal, m.content_type, m.bytes, m.width, m.height, m.alt,
       media_widest_url(m) AS url, media_renditions(m) AS renditions,
       (SELECT count(*) FROM product_media pm JOIN product p ON p.id = pm.product_id
         WHERE pm.media_id = m.id AND p.deleted_at IS NULL) AS product_count,
       m.created_at, m.updated_at, m.version
  FROM media m
 WHERE m.id = $1;

-- name: media_lock :maybe
SELECT version FROM media WHERE id = $1 FOR UPDATE;

-- name: media_is_published :one
-- Locks the products that show it, as whoever publishes one does.
SELECT coalesce(bool_or(p.status = 'published'), false)
  FROM (SELECT p.status FROM product p JOIN product_media pm ON pm.product_id = p.id
         WHERE pm.media_id = $1 AND p.deleted_at IS NULL ORDER BY p.id FOR UPDATE OF p) AS p;

-- name: media_set_alt :exec
UPDATE media SET alt = $2, updated_at = now(), version = version + 1 WHERE id = $1;

-- name: media_refresh_products :one
SELECT true FROM (SELECT listing_refresh(ARRAY(
    SELECT product_id FROM product_media WHERE media_id = $1 ORDER BY product_id))) AS done;

-- name: media_unhang :exec
-- Products that were deleted do not keep a picture.
DELETE FROM product_media pm USING product p
 WHERE pm.media_id = $1 AND p.id = pm.product_id AND p.deleted_at IS NOT NULL;

-- name: media_delete :maybe
-- With the names of its files, for the job that removes them.
DELETE FROM media m WHERE m.id = $1
   AND NOT EXISTS (SELECT 1 FROM product_media pm WHERE pm.media_id = m.id)
RETURNING jsonb_build_object('private', jsonb_build_array(m.storage_key), 'public',
          (SELECT coalesce(jsonb_agg(r ->> 'key'), '[]') FROM jsonb_array_elements(m.renditions) AS r));

-- name: media_to_render :maybe
SELECT state, storage_key FROM media WHERE id = $1;

-- name: media_tried :one
UPDATE media SET tries = tries + 1 WHERE id = $1 RETURNING tries;

-- name: media_ready :exec
UPDATE media SET state = 'ready', refusal = '', width = $2, height = $3, renditions = $4::jsonb,
       updated_at = now(), version = version + 1
 WHERE id = $1 AND state = 'processing';

-- name: media_refuse :exec
UPDATE media SET state = 'refused', refusal = $2, updated_at = now(), version = version + 1
 WHERE id = $1 AND state = 'processing';

-- name: media_waiting :many
-- Those whose job was lost or is dead.
SELECT m.id FROM media m
 WHERE m.state = 'processing' AND m.updated_at < now() - interval '10 minutes'
   AND NOT EXISTS (SELECT 1 FROM job j WHERE j.unique_key = 'media:' || m.id
                      AND j.state IN ('queued', 'running'))
 ORDER BY m.updated_at LIMIT 100;

-- name: media_unused :many
-- Removes those that no product has shown for so many days; at most 100.
DELETE FROM media m WHERE m.id IN (
    SELECT id FROM media o WHERE o.updated_at < now() - $1 * interval '1 day'
       AND NOT EXISTS (SELECT 1 FROM product_media pm WHERE pm.media_id = o.id)
     ORDER BY o.updated_at LIMIT 100 FOR UPDATE SKIP LOCKED)
RETURNING jsonb_build_object('private', jsonb_build_array(m.storage_key), 'public',
          (SELECT coalesce(jsonb_agg(r ->> 'key'), '[]') FROM jsonb_array_elements(m.renditions) AS r));

-- name: media_orphans :many readonly
-- Of these names of files, with their owners, those that no picture has.
SELECT f.name FROM unnest($1::text[], $2::uuid[]) AS f (name, owner)
 WHERE NOT EXISTS (SELECT 1 FROM media m WHERE m.id = f.owner
        AND (m.storage_key = f.name
             OR EXISTS (SELECT 1 FROM jsonb_array_elements(m.renditions) AS r WHERE r ->> 'key' = f.name)));

-- name: media_follow :one slow
-- So many products say the new place of their pictures now; 0: all do.
SELECT media_follow($1);

-- name: product_media_lock :maybe
SELECT version, status FROM product WHERE id = $1 AND deleted_at IS NULL FOR UPDATE;

-- name: product_media_show :maybe readonly
SELECT p.id AS product, p.version,
       coalesce((SELECT jsonb_agg(jsonb_build_object('media', m.id, 'variant', pm.variant_id,
                    'alt', m.alt, 'state', m.state, 'url', media_widest_url(m)) ORDER BY pm.position, m.id)
                   FROM product_media pm JOIN media m ON m.id = pm.media_id
                  WHERE pm.product_id = p.id), '[]') AS items
  FROM product p WHERE p.id = $1 AND p.deleted_at IS NULL;

-- name: product_media_flaw :maybe readonly
-- The first of them that cannot be shown with the product, and why.
SELECT i.place - 1 AS place, m.id IS NULL OR m.state = 'refused' AS is_no_media
  FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS i (media, variant, place)
  LEFT JOIN media m ON m.id = i.media
  LEFT JOIN variant v ON v.id = nullif(i.variant, '')::uuid AND v.product_id = $1 AND v.deleted_at IS NULL
 WHERE m.id IS NULL OR m.state = 'refused' OR (i.variant <> '' AND v.id IS NULL)
 ORDER BY i.place LIMIT 1;

-- name: product_media_clear :exec
DELETE FROM product_media WHERE product_id = $1;

-- name: product_media_insert :exec
INSERT INTO product_media (product_id, media_id, variant_id, position)
SELECT $1, i.media, nullif(i.variant, '')::uuid, i.place
  FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS i (media, variant, place);

-- name: product_media_changed :one
-- Whether a picture of it lacks its text.
WITH changed AS (UPDATE product SET updated_at = now(), version = version + 1 WHERE id = $1)
SELECT media_lacking_alt($1);

-- name: product_media_refresh :one
SELECT true FROM (SELECT listing_refresh(ARRAY[$1::uuid])) AS done;

-- name: media_without_text :many readonly slow
SELECT 'product ' || p.slug || ' is published with a picture that has no text'
  FROM product p WHERE p.status = 'published' AND p.deleted_at IS NULL AND media_lacking_alt(p.id)
 LIMIT 100;
