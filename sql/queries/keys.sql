-- keys.sql - API keys of integrators.

-- name: key_find :maybe
-- The key whose text has that hash, now or before it was rotated; until when
-- it is good, and why it is not.
SELECT k.id, array_to_string(k.scopes, ',') AS scopes, array_to_string(k.networks, ',') AS networks, k.rate,
    least(k.expires_at, CASE WHEN k.secret_hash <> $1::bytea THEN k.previous_until END) AS until,
    CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked'
         WHEN k.expires_at <= now() THEN 'expired'
         WHEN k.secret_hash <> $1::bytea AND k.previous_until <= now() THEN 'rotated' END AS flaw
FROM api_key k WHERE k.secret_hash = $1::bytea OR k.previous_hash = $1::bytea;

-- name: keys_active :many
-- All that a worker of the mode $1 may meet, as key_find tells them.
SELECT k.id, array_to_string(k.scopes, ',') AS scopes, array_to_string(k.networks, ',') AS networks, k.rate, h.until,
    NULL::text AS flaw, encode(h.hash, 'hex') AS hash
FROM api_key k, LATERAL (VALUES (k.secret_hash, k.expires_at),
    (k.previous_hash, least(k.expires_at, k.previous_until))) h (hash, until)
WHERE h.hash IS NOT NULL AND k.revoked_at IS NULL AND k.mode = $1 AND (h.until IS NULL OR h.until > now())
ORDER BY coalesce(k.last_used_at, k.created_at) DESC LIMIT 1000;

-- name: key_note_use :exec
-- At most once a minute each, whichever workers say so.
UPDATE api_key SET last_used_at = now() WHERE id IN (
    SELECT id FROM api_key
    WHERE id = ANY ($1::uuid[]) AND (last_used_at IS NULL OR last_used_at < now() - interval '50 seconds')
    FOR NO KEY UPDATE SKIP LOCKED);

-- name: key_list :page readonly
SELECT k.id, k.public_id, k.mode, k.name, to_json(k.scopes) AS scopes,
    to_json(string_to_array(array_to_string(k.networks, ','), ',')) AS networks, k.rate, k.expires_at, k.created_by,
    k.created_at, k.updated_at, k.rotated_at, k.revoked_at, k.last_used_at, k.version,
    CASE WHEN k.previous_until > now() THEN k.previous_until END AS overlap_until,
    CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= now() THEN 'expired' ELSE 'active' END AS status,
    (SELECT count(*) FROM api_key k WHERE true [[filters]]) AS total_count
FROM api_key k
WHERE true [[filters]]
ORDER BY [[order]] [[page]];

-- name: key_show :maybe
SELECT k.id, k.public_id, k.mode, k.name, to_json(k.scopes) AS scopes,
    to_json(string_to_array(array_to_string(k.networks, ','), ',')) AS networks, k.rate, k.expires_at, k.created_by,
    k.created_at, k.updated_at, k.rotated_at, k.revoked_at, k.last_used_at, k.version,
    CASE WHEN k.previous_until > now() THEN k.previous_until END AS overlap_until,
    CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= now() THEN 'expired' ELSE 'active' END AS status
FROM api_key k WHERE k.id = $1;

-- name: key_insert :exec
INSERT INTO api_key (id, public_id, mode, name, scopes, networks, rate, secret_hash, expires_at, created_by)
VALUES ($1, $2, $3, $4, $5::text[], coalesce($6::text[]::inet[], '{}'), coalesce($7, ''), $8::bytea, $9, $10);

-- name: key_lock :maybe
SELECT k.version, k.public_id, k.mode, array_to_string(k.scopes, ',') AS scopes,
    k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AS is_active
FROM api_key k WHERE k.id = $1 FOR NO KEY UPDATE;

-- name: key_update :exec
-- A NULL leaves what there is.
UPDATE api_key SET
    name = coalesce($2, name),
    scopes = coalesce($3::text[], scopes),
    networks = coalesce($4::text[]::inet[], networks),
    rate = coalesce($5, rate),
    updated_at = now(), version = version + 1
WHERE id = $1;

-- name: key_rotate :exec
-- $3 seconds for the secret that was; the one before that is over.
UPDATE api_key SET
    previous_hash = CASE WHEN $3::int > 0 THEN secret_hash END,
    previous_until = CASE WHEN $3::int > 0 THEN now() + $3::int * interval '1 second' END,
    secret_hash = $2::bytea, rotated_at = now(), updated_at = now(), version = version + 1
WHERE id = $1;

-- name: key_revoke :exec
-- Again is as once.
UPDATE api_key SET revoked_at = now(), updated_at = now(), version = version + 1
WHERE id = $1 AND revoked_at IS NULL;

-- name: key_by_name :maybe
-- For the command: by id, public id, or what stands before a key's secret.
SELECT k.id FROM api_key k
WHERE k.id::text = $1 OR k.public_id = $1 OR 'sk_' || k.mode || '_' || k.public_id = $1;

-- name: key_list_all :many
SELECT 'sk_' || k.mode || '_' || k.public_id, k.name, array_to_string(k.scopes, ','),
    CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= now() THEN 'expired' ELSE 'active' END,
    coalesce(time_text(k.last_used_at), 'never'), coalesce(time_text(k.expires_at), 'never')
FROM api_key k ORDER BY k.id;

-- name: token_standing :one
-- For the command: whether the account and the session of a token still stand.
SELECT a.id IS NOT NULL AS is_known, coalesce(a.is_active, false) AS is_active, coalesce(a.token_epoch, 0) AS epoch,
    s.id IS NOT NULL AS has_session, s.end_reason, coalesce(s.expires_at > now(), false) AS is_session_living
FROM (SELECT $1::uuid AS account, $2::uuid AS session) t
LEFT JOIN account a ON a.id = t.account
LEFT JOIN session s ON s.id = t.session AND s.account_id = a.id;

-- name: refresh_token_standing :maybe
-- For the command.
SELECT t.account_id, t.family_id, time_text(t.expires_at) AS expires_at, t.expires_at <= now() AS is_expired,
    t.used_at IS NOT NULL AS is_used, t.revoked_at IS NOT NULL AS is_revoked
FROM refresh_token t WHERE t.token_hash = $1::bytea;
