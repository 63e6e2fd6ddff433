-- accounts.sql - accounts, their sessions, their e-mail addresses.

-- name: account_insert :one
-- For the command; an existing address violates account_email_unique.
INSERT INTO account (email, password_hash, first_name, last_name, is_staff, permissions, email_verified_at)
VALUES (lower($1), $2, $3, $4, $5, $6::text[], now())
RETURNING id;

-- name: account_register :maybe
-- Adds the account and its verification, or finds who has the address. No row
-- when another adds it this very moment. mails: how many it made for this
-- address within the hour.
WITH counted AS (
    INSERT INTO login_try AS t (name_hash) VALUES (sha256(convert_to('Mail to ' || lower($1), 'UTF8')))
    ON CONFLICT (name_hash) DO UPDATE SET
        tries = CASE WHEN t.started_at < now() - interval '1 hour' THEN 1 ELSE t.tries + 1 END,
        started_at = CASE WHEN t.started_at < now() - interval '1 hour' THEN now() ELSE t.started_at END
    RETURNING tries
), made AS (
    INSERT INTO account (email, password_hash, first_name, last_name)
    VALUES (lower($1), $2, $3, $4)
    ON CONFLICT ON CONSTRAINT account_email_unique DO NOTHING
    RETURNING id
), verification AS (
    INSERT INTO email_verification (token_hash, account_id, expires_at)
    SELECT $5, id, now() + interval '3 days' FROM made
)
SELECT id, true AS is_new, tries AS mails FROM made, counted
UNION ALL
SELECT id, false, tries FROM account, counted WHERE email = lower($1);

-- name: account_verify_email :maybe
-- Repeatable: a lost answer may be asked for again.
WITH verified AS (
    UPDATE email_verification SET used_at = coalesce(used_at, now())
    WHERE token_hash = $1 AND expires_at > now()
    RETURNING account_id
)
UPDATE account a
SET email_verified_at = coalesce(email_verified_at, now())
FROM verified v WHERE a.id = v.account_id
RETURNING a.id;

-- name: account_by_login :one
-- Counts the try before its password is hashed: a burst does not get past. $2:
-- under what, NULL for the name. No account: its columns are NULL.
WITH counted AS (
    INSERT INTO login_try AS t (name_hash) VALUES (sha256(convert_to(coalesce($2, lower($1)), 'UTF8')))
    ON CONFLICT (name_hash) DO UPDATE SET
        tries = CASE WHEN t.started_at < now() - interval '1 hour' THEN 1 ELSE t.tries + 1 END,
        started_at = CASE WHEN t.started_at < now() - interval '1 hour' THEN now() ELSE t.started_at END
    RETURNING tries, ceil(extract(epoch FROM started_at + interval '1 hour' - now()))::int AS seconds_left
)
SELECT a.id, a.password_hash, a.is_active, c.tries, c.seconds_left, a.token_epoch, a.email
FROM counted c LEFT JOIN account a ON a.email = lower($1);

-- name: account_set_hash :exec
-- A better hash of the same password: only in place of the one just checked.
UPDATE account SET password_hash = $3 WHERE id = $1 AND password_hash = $2;

-- name: account_lock :maybe
SELECT version FROM account WHERE id = $1 AND is_active FOR NO KEY UPDATE;

-- name: session_open :maybe
-- A session for the account $1, if it still may. $3 its first token's SHA-256,
-- $4 its life. $7: both factors were shown. $8: the epoch in which the password
-- was right, NULL for none: a change that is being committed is waited for, and
-- raises it. $9: what the try was counted under, NULL for nothing: it was no
-- wrong one, those before it stay. lacks_second: the factors were not shown,
-- and must be; nothing was opened.
WITH asked AS (
    SELECT id, has_second_factor AND NOT $7::boolean AS lacks_second FROM account WHERE id = $1 AND is_active
), allowed AS (
    UPDATE account a SET last_login_at = now() FROM asked q WHERE a.id = q.id AND a.is_active AND NOT q.lacks_second
        AND ($8::int IS NULL OR a.token_epoch = $8::int)
    RETURNING a.id, a.email, a.first_name, a.last_name, a.is_staff, a.permissions, a.token_epoch
), only_one AS (
    DELETE FROM login_try t USING allowed WHERE t.name_hash = sha256(convert_to($9, 'UTF8')) AND t.tries <= 1
), one_less AS (
    UPDATE login_try t SET tries = t.tries - 1 FROM allowed
    WHERE t.name_hash = sha256(convert_to($9, 'UTF8')) AND t.tries > 1
), opened AS (
    INSERT INTO session (account_id, method, address, user_agent, second_at, expires_at)
    SELECT id, $2, $5, $6, CASE WHEN $7::boolean THEN now() END, now() + $4::int * interval '1 second' FROM allowed
    RETURNING *
), issued AS (
    INSERT INTO refresh_token (family_id, account_id, token_hash, expires_at)
    SELECT id, account_id, $3, expires_at FROM opened
)
SELECT a.id, a.is_staff, array_to_string(a.permissions, ',') AS permissions, a.token_epoch,
    s.id AS session, floor(extract(epoch FROM s.proved_at))::bigint AS proved_at,
    coalesce(floor(extract(epoch FROM s.second_at)), 0)::bigint AS second_at, q.lacks_second,
    a.email, a.first_name, a.last_name
FROM asked q LEFT JOIN allowed a ON true LEFT JOIN opened s ON true;

-- name: login_challenge_insert :exec
-- $4 as in session_open; past it the secret opens nothing.
INSERT INTO login_challenge (token_hash, account_id, method, expires_at)
SELECT $1, id, $3, now() + interval '5 minutes' FROM account
WHERE id = $2 AND ($4::int IS NULL OR token_epoch = $4::int) FOR SHARE;

-- name: session_rotate :maybe
-- Uses the token up and adds its successor, together: of two at the same time
-- the second finds it used. The session is locked before its tokens, as by
-- who ends it. $5 and $6: from where.
WITH living AS (
    SELECT s.id FROM refresh_token t JOIN session s ON s.id = t.family_id
    WHERE t.token_hash = $1 AND s.ended_at IS NULL FOR NO KEY UPDATE OF s
), old AS (
    UPDATE refresh_token t SET used_at = now(), successor_id = $3
    FROM account a, living l
    WHERE t.token_hash = $1 AND t.family_id = l.id AND t.used_at IS NULL AND t.revoked_at IS NULL
        AND t.expires_at > now() AND a.id = t.account_id AND a.is_active
    RETURNING t.family_id, a.id, a.is_staff, a.permissions, a.token_epoch
), s AS (
    UPDATE session s SET seen_at = now(), expires_at = now() + $4::int * interval '1 second', address = $5,
        user_agent = $6
    FROM old WHERE s.id = old.family_id RETURNING s.*
), new AS (
    INSERT INTO refresh_token (id, family_id, account_id, token_hash, expires_at)
    SELECT $3, family_id, id, $2, now() + $4::int * interval '1 second' FROM old
)
SELECT o.id, o.is_staff, array_to_string(o.permissions, ',') AS permissions, o.token_epoch,
    s.id AS session, floor(extract(epoch FROM s.proved_at))::bigint AS proved_at,
    coalesce(floor(extract(epoch FROM s.second_at)), 0)::bigint AS second_at
FROM old o JOIN s ON true;

-- name: session_fate :maybe
-- Why a token was not rotated. Used more than ten seconds ago: somebody has a
-- copy, and the whole session ends.
WITH seen AS (
    SELECT t.family_id, t.account_id, a.is_staff, a.permissions, a.token_epoch, a.is_active,
        t.expires_at <= now() AS is_expired, t.revoked_at IS NOT NULL AS is_revoked,
        t.used_at IS NOT NULL AS is_used,
        coalesce(t.used_at > now() - interval '10 seconds', false) AS is_lately_used,
        n.token_hash AS successor_hash
    FROM refresh_token t
    JOIN account a ON a.id = t.account_id
    LEFT JOIN refresh_token n ON n.id = t.successor_id AND n.revoked_at IS NULL
    WHERE t.token_hash = $1
), ended AS (
    UPDATE session s SET ended_at = now(), end_reason = 'reuse' FROM seen
    WHERE s.id = seen.family_id AND s.ended_at IS NULL
        AND seen.is_used AND NOT seen.is_lately_used
    RETURNING s.id
)
SELECT seen.account_id, seen.is_staff, array_to_string(seen.permissions, ',') AS permissions, seen.token_epoch,
    s.id AS session, floor(extract(epoch FROM s.proved_at))::bigint AS proved_at,
    coalesce(floor(extract(epoch FROM s.second_at)), 0)::bigint AS second_at,
    seen.is_active, seen.is_expired, seen.is_revoked, seen.is_used, seen.is_lately_used,
    encode(seen.successor_hash, 'hex') AS successor_hash,
    EXISTS (SELECT 1 FROM ended) AS was_ended
FROM seen JOIN session s ON s.id = seen.family_id;

-- name: session_close :maybe
-- Ends the session of a living token. was_revoked: it had ended before.
WITH seen AS (
    SELECT family_id, revoked_at IS NOT NULL OR used_at IS NOT NULL AS was_revoked
    FROM refresh_token WHERE token_hash = $1 AND expires_at > now()
), ended AS (
    UPDATE session s SET ended_at = now(), end_reason = 'logout' FROM seen
    WHERE s.id = seen.family_id AND s.ended_at IS NULL
)
SELECT was_revoked FROM seen;

-- name: session_show :maybe readonly
SELECT revoked_at IS NOT NULL OR used_at IS NOT NULL AS was_revoked
FROM refresh_token WHERE token_hash = $1 AND expires_at > now();

-- name: session_prune :exec slow
-- A day after their end, so that a late thief is still recognised.
DELETE FROM session WHERE expires_at < now() - interval '1 day';

-- name: session_token_prune :exec slow
DELETE FROM refresh_token WHERE expires_at < now() - interval '1 day';

-- name: login_challenge_prune :exec slow
DELETE FROM login_challenge WHERE expires_at < now();

-- name: standing_prune :exec slow
-- Tokens live for a day at the most.
DELETE FROM standing_change WHERE at < now() - interval '2 days';

-- name: account_verification_prune :exec slow
DELETE FROM email_verification WHERE expires_at < now() - interval '1 day';

-- name: account_login_try_prune :exec slow
DELETE FROM login_try WHERE started_at < now() - interval '1 hour';

-- name: session_of_two_families :many readonly slow
-- For `shopd doctor`.
SELECT 'refresh token ' || t.id FROM refresh_token t JOIN refresh_token s ON s.id = t.successor_id
WHERE s.family_id <> t.family_id OR s.account_id <> t.account_id;
