-- users.sql - accounts that come from another shop.

-- name: import_users_meet :many
-- Notes the addresses $2 of lines $3 in the import $1, and tells the lines
-- whose address it has had.
WITH given AS (
    SELECT sha256(convert_to(email, 'UTF8')) AS key, line FROM unnest($2::text[], $3::bigint[]) AS g (email, line)
), met AS (
    INSERT INTO import_key (import_id, key, line) SELECT $1, key, line FROM given ORDER BY line
    ON CONFLICT DO NOTHING RETURNING key, line
)
SELECT g.line FROM given g WHERE NOT EXISTS (SELECT 1 FROM met m WHERE m.key = g.key AND m.line = g.line);

-- name: import_users_write :one
-- How many were made, and how many brought up to date. An account that is there
-- is changed only while it has a hash that was imported and nobody has logged
-- in to it here: from then on, and wherever the address was registered here, it
-- is its owner's. $2: staff are taken as staff, else as customers, and staff of
-- this shop are left alone.
WITH given AS (
    SELECT g.email, coalesce(g.first_name, '') AS first_name, coalesce(g.last_name, '') AS last_name,
        coalesce(g.phone, '') AS phone, g.hash, g.is_active, g.is_staff AND $2::boolean AS is_staff, g.login_at,
        coalesce(g.joined_at, now()) AS joined_at, g.joined_at IS NOT NULL AS has_joined_at,
        CASE WHEN g.is_verified THEN coalesce(g.joined_at, now()) END AS verified_at, g.line
    FROM jsonb_to_recordset($1::jsonb) AS g (email text, first_name text, last_name text, phone text, hash text,
        is_active boolean, is_verified boolean, is_staff boolean, joined_at timestamptz, login_at timestamptz,
        line bigint)
), made AS (
    INSERT INTO account (email, password_hash, first_name, last_name, phone, is_active, is_staff, email_verified_at,
        last_login_at, created_at)
    SELECT email, hash, first_name, last_name, phone, is_active, is_staff, verified_at, login_at, joined_at
    FROM given ORDER BY line
    ON CONFLICT ON CONSTRAINT account_email_unique DO NOTHING
    RETURNING 1
), changed AS (
    UPDATE account a SET password_hash = g.hash, first_name = g.first_name, last_name = g.last_name, phone = g.phone,
        is_active = g.is_active, is_staff = g.is_staff, last_login_at = g.login_at,
        created_at = CASE WHEN g.has_joined_at THEN g.joined_at ELSE a.created_at END,
        email_verified_at = CASE WHEN g.verified_at IS NULL THEN NULL
                                 ELSE coalesce(a.email_verified_at, g.verified_at) END,
        updated_at = now(), version = a.version + 1
    FROM given g
    WHERE a.email = g.email AND a.password_hash ~ '^(argon2|pbkdf2_sha256)[$]' AND (NOT a.is_staff OR $2::boolean)
        AND NOT EXISTS (SELECT 1 FROM session s WHERE s.account_id = a.id)
        AND (a.password_hash, a.first_name, a.last_name, a.phone, a.is_active, a.is_staff, a.last_login_at,
             a.email_verified_at IS NULL, CASE WHEN g.has_joined_at THEN a.created_at END)
            IS DISTINCT FROM
            (g.hash, g.first_name, g.last_name, g.phone, g.is_active, g.is_staff, g.login_at,
             g.verified_at IS NULL, CASE WHEN g.has_joined_at THEN g.joined_at END)
    RETURNING 1
)
SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM changed);
