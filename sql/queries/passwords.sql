-- passwords.sql - the own sessions, passwords that change or were forgotten,
-- e-mail addresses that change.

-- name: session_list :page readonly
-- $1 the account, $2 the session that asks.
SELECT s.id, device_name(s.user_agent) AS device, s.address, s.method, s.second_at IS NOT NULL AS has_second_factor,
    s.created_at, s.seen_at, s.expires_at, s.id = $2::uuid AS is_current,
    (SELECT count(*) FROM session s
     WHERE s.account_id = $1::uuid AND s.ended_at IS NULL AND s.expires_at > now() [[filters]]) AS total_count
FROM session s
WHERE s.account_id = $1::uuid AND s.ended_at IS NULL AND s.expires_at > now() [[filters]]
ORDER BY [[order]] [[page]];

-- name: session_end :maybe
-- One of the account's own.
UPDATE session SET ended_at = now(), end_reason = 'logout'
WHERE id = $1 AND account_id = $2 AND ended_at IS NULL AND expires_at > now()
RETURNING id;

-- name: session_end_others :exec
-- All of the account $1 but $2 (NULL: but none), for the reason $3; whoever
-- has shown only a first factor begins anew.
WITH forgotten AS (
    DELETE FROM login_challenge WHERE account_id = $1
)
UPDATE session SET ended_at = now(), end_reason = $3
WHERE account_id = $1 AND id IS DISTINCT FROM $2::uuid AND ended_at IS NULL;

-- name: account_raise_epoch :exec
UPDATE account SET token_epoch = token_epoch + 1 WHERE id = $1;

-- name: password_ask :maybe
-- What a change of the password needs to know. Counts the try, before it is
-- hashed, apart from those at login, whose names are in lower case: who floods
-- those does not stop the owner.
WITH who AS (
    SELECT id, email, first_name, last_name, password_hash FROM account WHERE id = $1 AND is_active
), counted AS (
    INSERT INTO login_try AS t (name_hash)
    SELECT sha256(convert_to('Password of ' || id, 'UTF8')) FROM who
    ON CONFLICT (name_hash) DO UPDATE SET
        tries = CASE WHEN t.started_at < now() - interval '1 hour' THEN 1 ELSE t.tries + 1 END,
        started_at = CASE WHEN t.started_at < now() - interval '1 hour' THEN now() ELSE t.started_at END
    RETURNING tries, ceil(extract(epoch FROM started_at + interval '1 hour' - now()))::int AS seconds_left
)
SELECT w.email, w.first_name, w.last_name, w.password_hash, c.tries, c.seconds_left FROM who w, counted c;

-- name: password_change :maybe
-- Only in place of the one just checked: of two at once one wins. A change of
-- the address that is under way is void: who knew the old one may have asked.
WITH changed AS (
    UPDATE account SET password_hash = $3, token_epoch = token_epoch + 1
    WHERE id = $1 AND password_hash = $2 AND is_active
    RETURNING id
), void AS (
    UPDATE email_change e SET cancelled_at = now() FROM changed c
    WHERE e.account_id = c.id AND e.confirmed_at IS NULL AND e.cancelled_at IS NULL
)
SELECT id FROM changed;

-- name: session_renew :maybe
-- The session $1 of the account $2 goes on, for $3 seconds; the first factor
-- was shown just now. Locks it before its tokens.
WITH s AS (
    UPDATE session SET proved_at = now(), seen_at = now(), expires_at = now() + $3::int * interval '1 second',
        address = $4, user_agent = $5
    WHERE id = $1 AND account_id = $2 AND ended_at IS NULL
    RETURNING *
)
SELECT a.id, a.is_staff, array_to_string(a.permissions, ',') AS permissions, a.token_epoch,
    s.id AS session, floor(extract(epoch FROM s.proved_at))::bigint AS proved_at,
    coalesce(floor(extract(epoch FROM s.second_at)), 0)::bigint AS second_at
FROM s JOIN account a ON a.id = s.account_id;

-- name: session_reissue :exec
-- Another refresh token in place of the living one, which is void: not used,
-- so that its return is no theft. The count makes the one wait for the other.
WITH old AS (
    UPDATE refresh_token SET revoked_at = now()
    WHERE family_id = $1 AND used_at IS NULL AND revoked_at IS NULL
    RETURNING 1
)
INSERT INTO refresh_token (family_id, account_id, token_hash, expires_at)
SELECT $1, $2, $3, now() + $4::int * interval '1 second' FROM (SELECT count(*) FROM old) o;

-- name: password_reset_make :maybe
-- For who has the address $1: its secret's SHA-256, its life in seconds, the
-- most mails an hour. No row: nobody has it, or enough were sent.
WITH made AS (
    INSERT INTO password_reset AS r (account_id, token_hash, name_hash, expires_at)
    SELECT id, $2, sha256(convert_to(email, 'UTF8')), now() + $3::int * interval '1 second'
    FROM account WHERE email = $1 AND is_active
    ON CONFLICT (account_id) DO UPDATE SET
        token_hash = excluded.token_hash, name_hash = excluded.name_hash, expires_at = excluded.expires_at,
        used_at = NULL,
        asked = CASE WHEN r.started_at < now() - interval '1 hour' THEN 1 ELSE r.asked + 1 END,
        started_at = CASE WHEN r.started_at < now() - interval '1 hour' THEN now() ELSE r.started_at END
    WHERE r.started_at < now() - interval '1 hour' OR r.asked < $4::int
    RETURNING r.account_id
)
SELECT a.id, a.email, a.first_name FROM made m JOIN account a ON a.id = m.account_id;

-- name: password_reset_show :maybe readonly
SELECT a.id, a.email, a.first_name, a.last_name, a.is_staff
FROM password_reset r JOIN account a ON a.id = r.account_id
WHERE r.token_hash = $1 AND r.used_at IS NULL AND r.expires_at > now() AND a.is_active
    AND r.name_hash = sha256(convert_to(a.email, 'UTF8'));

-- name: password_reset_use :maybe
-- Of two at once the second finds it used. The mail was read, so the address
-- is proved; wrong tries are forgotten. So is a change of the address that is
-- under way: who had the account before may have asked for it.
WITH used AS (
    UPDATE password_reset r SET used_at = now() FROM account a
    WHERE r.token_hash = $1 AND r.used_at IS NULL AND r.expires_at > now() AND a.id = r.account_id AND a.is_active
        AND r.name_hash = sha256(convert_to(a.email, 'UTF8'))
    RETURNING r.account_id, r.name_hash
), forgotten AS (
    DELETE FROM login_try t USING used u WHERE t.name_hash = u.name_hash
), void AS (
    UPDATE email_change e SET cancelled_at = now() FROM used u
    WHERE e.account_id = u.account_id AND e.confirmed_at IS NULL AND e.cancelled_at IS NULL
)
UPDATE account a SET password_hash = $2, token_epoch = token_epoch + 1,
    email_verified_at = coalesce(email_verified_at, now())
FROM used u WHERE a.id = u.account_id
RETURNING a.id, a.email, a.first_name;

-- name: email_verification_make :maybe
-- For who has the address $1 and has not proved it; at most $3 an hour.
WITH a AS (
    SELECT id, email, first_name FROM account WHERE email = $1 AND is_active AND email_verified_at IS NULL
), made AS (
    INSERT INTO email_verification (token_hash, account_id, expires_at)
    SELECT $2, id, now() + interval '3 days' FROM a
    WHERE $3::int > (SELECT count(*) FROM email_verification v WHERE v.account_id = a.id
        AND v.expires_at > now() + interval '3 days' - interval '1 hour')
    RETURNING account_id
)
SELECT a.id, a.email, a.first_name FROM a JOIN made m ON m.account_id = a.id;

-- name: email_change_make :one
-- The account $1, locked before, is to have the address $2. is_made: not when
-- it has it already, nor more often than $6 times an hour.
WITH who AS (
    SELECT a.id, a.email, a.first_name, a.email <> $2 AS differs,
        (SELECT count(*) FROM email_change e WHERE e.account_id = $1 AND e.asked_at > now() - interval '1 hour')
            < $6::int AS is_allowed
    FROM account a WHERE a.id = $1
), older AS (
    UPDATE email_change e SET cancelled_at = now() FROM who w
    WHERE e.account_id = w.id AND e.confirmed_at IS NULL AND e.cancelled_at IS NULL AND w.differs AND w.is_allowed
    RETURNING 1
), made AS (
    INSERT INTO email_change (id, account_id, old_email, new_email, confirm_hash, cancel_hash)
    SELECT $3, w.id, w.email, $2, $4, $5 FROM who w, (SELECT count(*) FROM older) o WHERE w.differs AND w.is_allowed
    RETURNING 1
)
SELECT w.email, w.first_name, w.differs, w.is_allowed,
    EXISTS (SELECT 1 FROM account t WHERE t.email = $2) AS is_taken
FROM who w;

-- name: email_change_find :maybe readonly
-- By either of its secrets' SHA-256: whose it is.
SELECT a.id, a.is_staff FROM email_change e JOIN account a ON a.id = e.account_id
WHERE $1 IN (e.confirm_hash, e.cancel_hash);

-- name: email_change_confirm :maybe
-- The mail to the new address was read. One that somebody has by now violates
-- account_email_unique. Links that went to the old address are void.
WITH c AS (
    UPDATE email_change SET confirmed_at = now()
    WHERE confirm_hash = $1 AND confirmed_at IS NULL AND cancelled_at IS NULL
        AND asked_at > now() - interval '1 day'
    RETURNING account_id, old_email, new_email
), void AS (
    DELETE FROM email_verification v USING c WHERE v.account_id = c.account_id
)
UPDATE account a SET email = c.new_email, email_verified_at = now(), updated_at = now(), version = version + 1
FROM c WHERE a.id = c.account_id AND a.email = c.old_email AND a.is_active
RETURNING a.id, c.old_email, a.first_name;

-- name: email_change_cancel :maybe
-- Whoever reads the old address calls it off, and all that was changed after
-- it; was_changed: it had been confirmed. Then the password is void, too:
-- whoever asked knew it.
WITH c AS (
    UPDATE email_change SET cancelled_at = now()
    WHERE cancel_hash = $1 AND cancelled_at IS NULL AND asked_at > now() - interval '7 days'
    RETURNING id, account_id, old_email, asked_at, confirmed_at IS NOT NULL AS was_changed
), later AS (
    UPDATE email_change e SET cancelled_at = now() FROM c
    WHERE e.account_id = c.account_id AND e.id <> c.id AND e.asked_at >= c.asked_at AND e.cancelled_at IS NULL
), void AS (
    DELETE FROM email_verification v USING c WHERE v.account_id = c.account_id AND c.was_changed
)
UPDATE account a SET
    email = CASE WHEN c.was_changed THEN c.old_email ELSE a.email END,
    email_verified_at = CASE WHEN c.was_changed THEN now() ELSE a.email_verified_at END,
    password_hash = CASE WHEN c.was_changed THEN NULL ELSE a.password_hash END,
    token_epoch = token_epoch + 1, updated_at = now(), version = version + 1
FROM c WHERE a.id = c.account_id
RETURNING a.id, c.was_changed, c.asked_at - CASE WHEN c.was_changed THEN interval '1 day' ELSE interval '0' END AS since;

-- name: account_ways_forget :one
-- Who asked for the change may have added a passkey, too, or a second factor.
SELECT account_ways_forget($1, $2);

-- name: password_reset_prune :exec slow
-- An hour later, when its mails no longer count.
DELETE FROM password_reset WHERE expires_at < now() - interval '1 hour';

-- name: email_change_prune :exec slow
DELETE FROM email_change WHERE asked_at < now() - interval '8 days';

-- name: session_ended_alive :many readonly slow
-- For `shopd doctor`.
SELECT 'session ' || s.id FROM session s JOIN refresh_token t ON t.family_id = s.id
WHERE s.ended_at IS NOT NULL AND t.used_at IS NULL AND t.revoked_at IS NULL;
