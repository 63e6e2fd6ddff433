-- passkeys.sql - passkeys of accounts, and the challenges that they answer.

-- name: passkey_ask_login :one
-- A challenge for whoever comes ($1 its SHA-256); the passkeys of the account
-- behind a login challenge ($2 its SHA-256), none without one.
WITH asked AS (
    INSERT INTO passkey_challenge (challenge_hash, purpose, expires_at)
    VALUES ($1, 'login', now() + interval '5 minutes')
)
SELECT coalesce((SELECT passkey_descriptors(account_id) FROM login_challenge
    WHERE token_hash = $2::bytea AND expires_at > now()), '[]') AS allowed;

-- name: passkey_ask_step_up :one
WITH asked AS (
    INSERT INTO passkey_challenge (challenge_hash, purpose, account_id, session_id, expires_at)
    VALUES ($1, 'step_up', $2, $3, now() + interval '5 minutes')
)
SELECT passkey_descriptors($2) AS allowed;

-- name: passkey_ask_add :maybe
-- $4: the account's handle, if it has none yet.
WITH named AS (
    INSERT INTO passkey_user (account_id, handle) SELECT id, $4 FROM account WHERE id = $2 AND is_active
    ON CONFLICT (account_id) DO UPDATE SET handle = passkey_user.handle
    RETURNING handle
), asked AS (
    INSERT INTO passkey_challenge (challenge_hash, purpose, account_id, session_id, expires_at)
    SELECT $1, 'add', $2, $3, now() + interval '5 minutes' FROM named
)
SELECT base64url(n.handle) AS handle, a.email,
    coalesce(nullif(trim(a.first_name || ' ' || a.last_name), ''), a.email) AS display_name,
    passkey_descriptors(a.id) AS excluded
FROM named n JOIN account a ON a.id = $2;

-- name: passkey_take_add :maybe
-- Uses a challenge up, whatever becomes of it.
DELETE FROM passkey_challenge
WHERE challenge_hash = $1 AND purpose = 'add' AND account_id = $2 AND session_id = $3 AND expires_at > now()
RETURNING true;

-- name: passkey_take :maybe
-- The same of a sign-in or a step-up ($2), with the passkey $3 that answers it.
-- $4: the session of the step-up. No passkey: its columns are NULL.
WITH taken AS (
    DELETE FROM passkey_challenge
    WHERE challenge_hash = $1 AND purpose = $2 AND session_id IS NOT DISTINCT FROM $4::uuid AND expires_at > now()
    RETURNING true
)
SELECT p.id, p.account_id, encode(p.public_key, 'hex') AS public_key, p.is_backup_eligible,
    base64url(u.handle) AS handle
FROM taken LEFT JOIN passkey p ON p.credential_id = $3
LEFT JOIN passkey_user u ON u.account_id = p.account_id;

-- name: passkey_use :maybe
-- No row: the count did not grow, though this authenticator counts. The row is
-- locked, so that of two with the same count the second finds it used.
UPDATE passkey SET sign_count = $2, is_backed_up = $3, last_used_at = now()
WHERE id = $1 AND (sign_count < $2::bigint OR (sign_count = 0 AND $2::bigint = 0))
RETURNING id;

-- name: passkey_suspect :maybe
UPDATE passkey SET clone_suspected_at = now() WHERE id = $1 RETURNING name;

-- name: passkey_end_challenge :maybe
-- The login challenge $1 of the account $2 is answered. The same passkey is no
-- second factor beside itself, unless it verified its user ($3).
DELETE FROM login_challenge
WHERE token_hash = $1 AND account_id = $2 AND expires_at > now() AND (method <> 'passkey' OR $3::boolean)
RETURNING method;

-- name: passkey_lock_owner :maybe
-- Passkeys of one account are added and removed one after the other.
SELECT email, first_name FROM account WHERE id = $1 AND is_active FOR NO KEY UPDATE;

-- name: passkey_insert :maybe
-- No row: the account has $11 already.
INSERT INTO passkey (account_id, credential_id, public_key, algorithm, aaguid, name, transports, sign_count,
    is_backup_eligible, is_backed_up, last_used_at)
SELECT $1, $2, $3, $4, $5, $6, $7::text[], $8, $9, $10, NULL
WHERE (SELECT count(*) FROM passkey WHERE account_id = $1) < $11::int
RETURNING id, name, to_json(transports) AS transports, aaguid, is_backup_eligible, is_backed_up, created_at,
    last_used_at, clone_suspected_at, $12::boolean AS is_second_factor;

-- name: passkey_list :many readonly
SELECT id, name, to_json(transports) AS transports, aaguid, is_backup_eligible, is_backed_up, created_at,
    last_used_at, clone_suspected_at, passkey_is_second_factor(account_id, id) AS is_second_factor
FROM passkey WHERE account_id = $1 ORDER BY created_at, id;

-- name: passkey_rename :maybe
UPDATE passkey SET name = coalesce($3, name) WHERE id = $1 AND account_id = $2
RETURNING id, name, to_json(transports) AS transports, aaguid, is_backup_eligible, is_backed_up, created_at,
    last_used_at, clone_suspected_at, passkey_is_second_factor(account_id, id) AS is_second_factor;

-- name: passkey_remove :maybe
-- is_last: without it nobody could log in any more; it stays.
WITH target AS (
    SELECT id, name, account_login_ways(account_id) < 2 AS is_last
    FROM passkey WHERE id = $1 AND account_id = $2
), gone AS (
    DELETE FROM passkey p USING target t WHERE p.id = t.id AND NOT t.is_last
)
SELECT name, is_last FROM target;

-- name: passkey_unsound :many readonly slow
-- For `shopd doctor`.
SELECT 'account ' || f.account_id FROM second_factor f
WHERE f.kind = 'passkey' AND NOT EXISTS (SELECT 1 FROM passkey p WHERE p.id = f.object_id
    AND p.account_id = f.account_id)
UNION ALL
SELECT 'account ' || account_id FROM passkey GROUP BY account_id HAVING count(*) > 20;

-- name: passkey_prune :exec slow
DELETE FROM passkey_challenge WHERE expires_at < now();
