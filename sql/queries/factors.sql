-- factors.sql - second factors: what is enrolled, what was tried and used.

-- name: factors_show :one readonly
SELECT a.has_second_factor, p.confirmed_at AS totp_confirmed_at,
    (SELECT count(*) FROM second_factor f WHERE f.account_id = a.id AND f.kind = 'passkey') AS passkeys,
    (SELECT count(*) FROM recovery_code c WHERE c.account_id = a.id AND c.used_at IS NULL) AS recovery_codes_left,
    a.is_staff AND $2::boolean AS is_required
FROM account a LEFT JOIN totp p ON p.account_id = a.id WHERE a.id = $1;

-- name: totp_begin :maybe
-- In place of one that was begun and not confirmed. No row: one is confirmed.
INSERT INTO totp (account_id, sealed) VALUES ($1, $2)
ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed, created_at = now() WHERE totp.confirmed_at IS NULL
RETURNING (SELECT email FROM account WHERE id = $1) AS email;

-- name: factor_try :maybe
-- Counts a try before it is judged: a burst does not get past. What is known
-- of the account, to judge by.
WITH counted AS (
    INSERT INTO factor_try AS t (account_id) SELECT id FROM account WHERE id = $1 AND is_active
    ON CONFLICT (account_id) DO UPDATE SET
        tries = CASE WHEN t.started_at < now() - interval '1 hour' THEN 1 ELSE t.tries + 1 END,
        started_at = CASE WHEN t.started_at < now() - interval '1 hour' THEN now() ELSE t.started_at END
    RETURNING account_id, tries, ceil(extract(epoch FROM started_at + interval '1 hour' - now()))::int AS seconds_left
)
SELECT c.account_id, c.tries, c.seconds_left, p.sealed, p.last_step, p.confirmed_at IS NOT NULL AS is_confirmed,
    a.has_second_factor, a.password_hash
FROM counted c JOIN account a ON a.id = c.account_id LEFT JOIN totp p ON p.account_id = c.account_id;

-- name: challenge_try :maybe
-- The same by a challenge, of which five may be tried. No row: there is none,
-- it is over, or used up.
WITH tried AS (
    UPDATE login_challenge SET tries = tries + 1 WHERE token_hash = $1 AND expires_at > now() AND tries < 5
    RETURNING account_id
), counted AS (
    INSERT INTO factor_try AS t (account_id) SELECT account_id FROM tried
    ON CONFLICT (account_id) DO UPDATE SET
        tries = CASE WHEN t.started_at < now() - interval '1 hour' THEN 1 ELSE t.tries + 1 END,
        started_at = CASE WHEN t.started_at < now() - interval '1 hour' THEN now() ELSE t.started_at END
    RETURNING account_id, tries, ceil(extract(epoch FROM started_at + interval '1 hour' - now()))::int AS seconds_left
)
SELECT c.account_id, c.tries, c.seconds_left, p.sealed, p.last_step, p.confirmed_at IS NOT NULL AS is_confirmed,
    a.has_second_factor, a.password_hash
FROM counted c JOIN account a ON a.id = c.account_id LEFT JOIN totp p ON p.account_id = c.account_id;

-- name: challenge_take :maybe
-- Of two that come with the right codes at once, one.
DELETE FROM login_challenge WHERE token_hash = $1 AND account_id = $2 RETURNING method;

-- name: totp_use :maybe
-- Of two with the same code, one: the second finds the step used. A right
-- code ends the count of wrong ones.
WITH used AS (
    UPDATE totp SET last_step = $2 WHERE account_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2
    RETURNING account_id
), forgotten AS (
    DELETE FROM factor_try t USING used u WHERE t.account_id = u.account_id
)
SELECT account_id FROM used;

-- name: recovery_code_use :maybe
WITH used AS (
    UPDATE recovery_code SET used_at = now() WHERE account_id = $1 AND code_hash = decode($2, 'hex') AND used_at IS NULL
    RETURNING account_id
), forgotten AS (
    DELETE FROM factor_try t USING used u WHERE t.account_id = u.account_id
)
SELECT account_id FROM used;

-- name: factor_try_forget :exec
DELETE FROM factor_try WHERE account_id = $1;

-- name: totp_confirm :maybe
-- $3: the secret whose code was shown; it is an hour's at the most.
WITH confirmed AS (
    UPDATE totp SET confirmed_at = now(), last_step = $2
    WHERE account_id = $1 AND sealed = $3 AND confirmed_at IS NULL AND created_at > now() - interval '1 hour'
    RETURNING account_id
), forgotten AS (
    DELETE FROM factor_try t USING confirmed c WHERE t.account_id = c.account_id
)
SELECT account_id FROM confirmed;

-- name: factor_lock :maybe
SELECT has_second_factor FROM account WHERE id = $1 AND is_active FOR NO KEY UPDATE;

-- name: factor_add :exec
-- With the account locked; one that is there stays. When it is the first, the other sessions end: who
-- opened them has shown a password alone.
WITH others AS (
    UPDATE session s SET ended_at = now(), end_reason = 'second_factor' FROM account a
    WHERE a.id = $1 AND NOT a.has_second_factor AND s.account_id = a.id AND s.ended_at IS NULL
        AND s.id IS DISTINCT FROM $4::uuid
), this AS (
    UPDATE session SET second_at = now() WHERE id = $4::uuid AND account_id = $1 AND ended_at IS NULL
)
INSERT INTO second_factor (account_id, kind, object_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: factor_remove :exec
DELETE FROM second_factor WHERE account_id = $1 AND kind = $2 AND object_id = $3;

-- name: totp_remove :maybe
DELETE FROM totp WHERE account_id = $1 AND confirmed_at IS NOT NULL RETURNING account_id;

-- name: recovery_codes_replace :exec
WITH gone AS (
    DELETE FROM recovery_code WHERE account_id = $1
)
INSERT INTO recovery_code (account_id, code_hash) SELECT $1, decode(unnest($2::text[]), 'hex');

-- name: session_proof :maybe
-- A factor was shown once more in this session; $3: the second one. What its
-- next access token says.
WITH s AS (
    UPDATE session SET
        proved_at = CASE WHEN $3::boolean THEN proved_at ELSE now() END,
        second_at = CASE WHEN $3::boolean THEN now() ELSE second_at END
    WHERE id = $1 AND account_id = $2 AND ended_at IS NULL AND expires_at > now()
    RETURNING *
)
SELECT a.id, a.is_staff, array_to_string(a.permissions, ',') AS permissions, a.token_epoch,
    s.id AS session, floor(extract(epoch FROM s.proved_at))::bigint AS proved_at,
    coalesce(floor(extract(epoch FROM s.second_at)), 0)::bigint AS second_at
FROM s JOIN account a ON a.id = s.account_id WHERE a.is_active;

-- name: totp_stale :many readonly slow
-- Sealed by another key than the first, whose texts begin with $1. In no order,
-- so that those which no key opens do not stand in the way.
SELECT account_id, sealed FROM totp WHERE left(sealed, length($1)) <> $1 ORDER BY random() LIMIT 500;

-- name: totp_reseal :exec
UPDATE totp SET sealed = $3 WHERE account_id = $1 AND sealed = $2;

-- name: totp_begun_prune :exec slow
DELETE FROM totp WHERE confirmed_at IS NULL AND created_at < now() - interval '1 hour';

-- name: factor_try_prune :exec slow
DELETE FROM factor_try WHERE started_at < now() - interval '1 hour';

-- name: factors_at_odds :many readonly slow
-- For `shopd doctor`.
SELECT 'account ' || a.id FROM account a
WHERE a.has_second_factor <> EXISTS (SELECT 1 FROM second_factor f WHERE f.account_id = a.id)
    OR EXISTS (SELECT 1 FROM totp p WHERE p.account_id = a.id AND p.confirmed_at IS NOT NULL)
        <> EXISTS (SELECT 1 FROM second_factor f WHERE f.account_id = a.id AND f.kind = 'totp');
