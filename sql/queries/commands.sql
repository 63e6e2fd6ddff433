-- commands.sql - statements of the subcommands.

-- name: doctor_clock :one readonly
SELECT clock_timestamp();

-- name: seed_account_exists :one readonly
SELECT EXISTS (SELECT 1 FROM account WHERE email = $1);

-- ---- shopd user ----

-- name: user_find :maybe
SELECT id, is_active, is_staff FROM account WHERE email = lower($1) FOR NO KEY UPDATE;

-- name: user_set_password :maybe
-- All sessions end with the old one, and whatever was begun by it.
WITH changed AS (
    UPDATE account SET password_hash = $2, token_epoch = token_epoch + 1, updated_at = now(), version = version + 1
    WHERE email = lower($1) RETURNING id
), ended AS (
    UPDATE session s SET ended_at = now(), end_reason = 'password' FROM changed c
    WHERE s.account_id = c.id AND s.ended_at IS NULL
), forgotten AS (
    DELETE FROM login_challenge l USING changed c WHERE l.account_id = c.id
), void AS (
    UPDATE email_change e SET cancelled_at = now() FROM changed c
    WHERE e.account_id = c.id AND e.confirmed_at IS NULL AND e.cancelled_at IS NULL
)
SELECT id FROM changed;

-- name: user_set_active :exec
UPDATE account SET is_active = $2, updated_at = now(), version = version + 1 WHERE id = $1 AND is_active <> $2::boolean;

-- name: user_show :maybe readonly
SELECT a.email, a.is_active, a.is_staff,
    coalesce((SELECT string_agg(r.name, ', ' ORDER BY r.name) FROM account_role g JOIN role r ON r.id = g.role_id
              WHERE g.account_id = a.id), ''),
    array_to_string(a.permissions, ', '), array_to_string(a.direct_permissions, ', ')
FROM account a WHERE a.email = lower($1);

-- name: user_list :many readonly slow
-- Behind the address $1. $2: staff alone; $3: closed ones alone.
SELECT a.email, a.is_active, a.is_staff,
    coalesce((SELECT string_agg(r.name, ', ' ORDER BY r.name) FROM account_role g JOIN role r ON r.id = g.role_id
              WHERE g.account_id = a.id), ''),
    coalesce(time_text(a.last_login_at), 'never')
FROM account a WHERE a.email > $1 AND (a.is_staff OR NOT $2::boolean) AND NOT (a.is_active AND $3::boolean)
ORDER BY a.email LIMIT 500;
