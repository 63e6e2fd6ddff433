-- social.sql - identities at login providers, and logins on their way there.

-- name: social_attempt_insert :exec
INSERT INTO social_attempt (state_hash, binding_hash, provider, redirect_uri, challenge, account_id, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + $7::int * interval '1 second');

-- name: social_attempt_take :maybe
-- Once, by who began it, for the same purpose.
DELETE FROM social_attempt
WHERE state_hash = $1 AND binding_hash = $2 AND provider = $3 AND account_id IS NOT DISTINCT FROM $4
    AND expires_at > now()
RETURNING redirect_uri, challenge;

-- name: social_spend :maybe
-- No row: it was spent before.
INSERT INTO social_spent (token_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1;

-- name: social_identity_enter :maybe
UPDATE social_identity SET last_login_at = now(), email = $3, email_is_verified = $4
WHERE issuer = $1 AND subject = $2
RETURNING account_id;

-- name: social_account_find :maybe
-- Whose address that is. It stays so until the end of the transaction.
SELECT id, email_verified_at IS NOT NULL AS is_verified, is_staff, is_active
FROM account WHERE email = lower($1) FOR NO KEY UPDATE;

-- name: social_account_insert :maybe
-- No row: another has just made it. $5 is of the mail that proves the address.
WITH made AS (
    INSERT INTO account (email, first_name, last_name, email_verified_at)
    VALUES (lower($1), left($2, 150), left($3, 150), CASE WHEN $4::boolean THEN now() END)
    ON CONFLICT ON CONSTRAINT account_email_unique DO NOTHING
    RETURNING id
), verification AS (
    INSERT INTO email_verification (token_hash, account_id, expires_at)
    SELECT $5, id, now() + interval '3 days' FROM made WHERE NOT $4::boolean
)
SELECT id FROM made;

-- name: social_identity_insert :maybe
-- With a login by it. No row: another has just added it.
INSERT INTO social_identity (account_id, provider, issuer, subject, email, email_is_verified, last_login_at)
VALUES ($1, $2, $3, $4, $5, $6, now())
ON CONFLICT ON CONSTRAINT social_identity_unique DO NOTHING
RETURNING id;

-- name: social_identity_link :maybe
-- Adds it, or finds whose it is. No row: another has just added it.
WITH made AS (
    INSERT INTO social_identity (account_id, provider, issuer, subject, email, email_is_verified)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT ON CONSTRAINT social_identity_unique DO NOTHING
    RETURNING *
)
SELECT i.id, i.provider, i.subject AS uid, i.email, i.last_login_at AS last_login, i.created_at AS date_joined,
    i.account_id = $1 AS is_own, i.is_new, a.email AS account_email
FROM (SELECT *, true AS is_new FROM made
      UNION ALL SELECT *, false FROM social_identity WHERE issuer = $3 AND subject = $4) i
JOIN account a ON a.id = i.account_id;

-- name: social_identity_list :many readonly
SELECT id, provider, subject AS uid, email, last_login_at AS last_login, created_at AS date_joined
FROM social_identity WHERE account_id = $1 ORDER BY id;

-- name: social_account_lock :maybe
-- Before social_login_ways: of two that unlink at the same time the second
-- counts when the first is done.
SELECT 1 FROM account WHERE id = $1 FOR NO KEY UPDATE;

-- name: social_login_ways :one
SELECT account_login_ways($1) AS ways,
    EXISTS (SELECT 1 FROM social_identity WHERE account_id = $1 AND id = $2) AS has_it;

-- name: social_identity_delete :maybe
DELETE FROM social_identity i USING account a WHERE i.id = $2 AND i.account_id = $1 AND a.id = i.account_id
RETURNING i.provider, a.email;

-- name: social_attempt_prune :exec slow
DELETE FROM social_attempt WHERE expires_at < now();

-- name: social_spent_prune :exec slow
DELETE FROM social_spent WHERE expires_at < now();
