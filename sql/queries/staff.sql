-- staff.sql - roles, who has them, and invitations.

-- name: staff_actor :maybe
-- What who asks may do now, until the end of the transaction: tokens are
-- behind by up to a second.
SELECT array_to_string(permissions, ','), account_is_owner(id) FROM account
WHERE id = $1 AND is_active AND is_staff AND 'staff.write' = ANY (permissions) FOR SHARE;

-- ---- roles ----

-- name: role_list :page readonly
SELECT r.id, r.name, r.description, to_json(r.permissions) AS permissions, r.is_owner,
    (SELECT count(*) FROM account_role g WHERE g.role_id = r.id) AS member_count, r.created_at, r.updated_at, r.version,
    count(*) OVER () AS total_count
FROM role r WHERE true [[filters]]
ORDER BY [[order]] [[page]];

-- name: role_show :maybe readonly
SELECT r.id, r.name, r.description, to_json(r.permissions) AS permissions, r.is_owner,
    (SELECT count(*) FROM account_role g WHERE g.role_id = r.id) AS member_count, r.created_at, r.updated_at, r.version
FROM role r WHERE r.id = $1;

-- name: role_insert :exec
INSERT INTO role (id, name, description, permissions) VALUES ($1, $2, coalesce($3, ''), $4::text[]);

-- name: role_lock :maybe
SELECT version, array_to_string(permissions, ','), is_owner FROM role WHERE id = $1 FOR NO KEY UPDATE;

-- name: role_update :exec
-- A NULL leaves what there is.
UPDATE role SET name = coalesce($2, name), description = coalesce($3, description),
    permissions = coalesce($4::text[], permissions), updated_at = now(), version = version + 1
WHERE id = $1;

-- name: role_delete :exec
DELETE FROM role WHERE id = $1;

-- name: role_by_names :many
-- In the order of the names; none: NULL. They stay as they are until the end
-- of the transaction.
SELECT r.id, array_to_string(r.permissions, ','), n.name, r.is_owner
FROM unnest($1::text[]) WITH ORDINALITY AS n (name, place)
LEFT JOIN LATERAL (SELECT * FROM role WHERE lower(role.name) = lower(n.name) FOR SHARE) r ON true
ORDER BY n.place;

-- ---- staff ----

-- name: staff_list :page readonly
SELECT a.id, a.email, a.first_name, a.last_name, a.is_active,
    (SELECT coalesce(json_agg(r.name ORDER BY r.name), '[]') FROM account_role g JOIN role r ON r.id = g.role_id
     WHERE g.account_id = a.id) AS roles,
    to_json(a.permissions) AS permissions, to_json(a.direct_permissions) AS direct_permissions, a.has_second_factor,
    a.last_login_at, a.created_at, a.updated_at, a.version
    [[count]], (SELECT count(*) FROM account a WHERE a.is_staff [[filters]]) AS total_count [[end]]
    [[cursor]]
FROM account a WHERE a.is_staff [[filters]] [[after]]
ORDER BY [[order]] [[page]];

-- name: staff_show :maybe readonly
SELECT a.id, a.email, a.first_name, a.last_name, a.is_active,
    (SELECT coalesce(json_agg(r.name ORDER BY r.name), '[]') FROM account_role g JOIN role r ON r.id = g.role_id
     WHERE g.account_id = a.id) AS roles,
    to_json(a.permissions) AS permissions, to_json(a.direct_permissions) AS direct_permissions, a.has_second_factor,
    a.last_login_at, a.created_at, a.updated_at, a.version
FROM account a WHERE a.id = $1 AND a.is_staff;

-- name: staff_lock :maybe
SELECT version, array_to_string(permissions, ','), account_is_owner(id) FROM account
WHERE id = $1 AND is_staff FOR NO KEY UPDATE;

-- name: staff_set_roles :exec
-- These roles and no others; by whom. Two statements would leave a moment
-- without the last owner.
WITH given AS (
    INSERT INTO account_role (account_id, role_id, granted_by) SELECT $1, unnest($2::uuid[]), $3
    ON CONFLICT ON CONSTRAINT account_role_once DO NOTHING
)
DELETE FROM account_role WHERE account_id = $1 AND role_id <> ALL ($2::uuid[]);

-- name: staff_give_roles :exec
INSERT INTO account_role (account_id, role_id, granted_by) SELECT $1, unnest($2::uuid[]), $3
ON CONFLICT ON CONSTRAINT account_role_once DO NOTHING;

-- name: staff_take_roles :exec
DELETE FROM account_role WHERE account_id = $1 AND role_id = ANY ($2::uuid[]);

-- name: staff_update :exec
-- A NULL leaves what there is. Once for all that a request changes: its roles
-- have made the version grow before, or not.
UPDATE account SET is_active = coalesce($2::boolean, is_active), updated_at = now(), version = $3::int + 1 WHERE id = $1;

-- name: staff_factor_lock :maybe
SELECT has_second_factor FROM account WHERE id = $1 FOR NO KEY UPDATE;

-- name: staff_factor_reset :exec
-- All that is or may become a second factor. With the last one go recovery
-- codes, challenges and access tokens (second_factor_removed, a trigger).
WITH app AS (
    DELETE FROM totp WHERE account_id = $1
), passkeys AS (
    DELETE FROM passkey WHERE account_id = $1
), asked AS (
    DELETE FROM passkey_challenge WHERE account_id = $1
), tries AS (
    DELETE FROM factor_try WHERE account_id = $1
), factors AS (
    DELETE FROM second_factor WHERE account_id = $1
)
UPDATE session SET ended_at = now(), end_reason = 'staff' WHERE account_id = $1 AND ended_at IS NULL;

-- ---- invitations ----

-- name: staff_email_taken :one
SELECT EXISTS (SELECT FROM account WHERE email = lower($1) AND is_staff);

-- name: invitation_put :one
-- A new one takes the place of an open one: the older mail is worthless.
INSERT INTO staff_invitation (email, secret_hash, invited_by) VALUES (lower($1), $2, $3)
ON CONFLICT (email) WHERE accepted_at IS NULL DO UPDATE SET secret_hash = excluded.secret_hash,
    invited_by = excluded.invited_by, created_at = now(), expires_at = now() + interval '72 hours'
RETURNING id;

-- name: invitation_set_roles :exec
WITH wanted AS (
    SELECT DISTINCT role_id FROM unnest($2::uuid[]) AS u (role_id)
), put AS (
    INSERT INTO staff_invitation_role (invitation_id, role_id) SELECT $1, role_id FROM wanted ON CONFLICT DO NOTHING
)
DELETE FROM staff_invitation_role WHERE invitation_id = $1 AND role_id NOT IN (SELECT role_id FROM wanted);

-- name: invitation_list :page readonly
SELECT i.id, i.email,
    (SELECT coalesce(json_agg(r.name ORDER BY r.name), '[]') FROM staff_invitation_role g JOIN role r ON r.id = g.role_id
     WHERE g.invitation_id = i.id) AS roles,
    CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END AS state,
    (SELECT a.email FROM account a WHERE a.id = i.invited_by) AS invited_by, i.created_at, i.expires_at, i.accepted_at,
    count(*) OVER () AS total_count
FROM staff_invitation i WHERE true [[filters]]
ORDER BY [[order]] [[page]];

-- name: invitation_show :maybe readonly
SELECT i.id, i.email,
    (SELECT coalesce(json_agg(r.name ORDER BY r.name), '[]') FROM staff_invitation_role g JOIN role r ON r.id = g.role_id
     WHERE g.invitation_id = i.id) AS roles,
    CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END AS state,
    (SELECT a.email FROM account a WHERE a.id = i.invited_by) AS invited_by, i.created_at, i.expires_at, i.accepted_at
FROM staff_invitation i WHERE i.id = $1;

-- name: invitation_delete :maybe
-- One that was accepted stays, for the record.
DELETE FROM staff_invitation WHERE id = $1 AND accepted_at IS NULL RETURNING id;

-- name: invitation_find :maybe readonly
-- By the secret's SHA-256. It lapses when who invited may not do so any more,
-- or may not do what comes with it.
SELECT i.email, a.id IS NOT NULL AS has_account
FROM staff_invitation i LEFT JOIN account a ON a.email = i.email
WHERE i.secret_hash = $1 AND i.accepted_at IS NULL AND i.expires_at > now()
    AND invitation_holds(i);

-- name: invitation_use :maybe
-- Uses it up, for the account $2: of two at once one finds it.
UPDATE staff_invitation i SET accepted_at = now(), account_id = $2
WHERE i.secret_hash = $1 AND i.accepted_at IS NULL AND i.expires_at > now()
    AND i.email = (SELECT a.email FROM account a WHERE a.id = $2 AND a.is_active)
    AND invitation_holds(i)
RETURNING i.id;

-- name: invitation_join :exec
-- The account $2 is of the staff now, with the roles of invitation $1. The
-- secret came by mail: the address is theirs.
WITH joined AS (
    UPDATE account SET is_staff = true, email_verified_at = coalesce(email_verified_at, now()), updated_at = now(),
        version = version + 1
    WHERE id = $2 RETURNING id
)
INSERT INTO account_role (account_id, role_id, granted_by)
SELECT j.id, g.role_id, i.invited_by
FROM joined j, staff_invitation i JOIN staff_invitation_role g ON g.invitation_id = i.id WHERE i.id = $1
ON CONFLICT ON CONSTRAINT account_role_once DO NOTHING;

-- name: invitation_account :maybe
-- Nobody when the address is taken, this very moment.
INSERT INTO account (email, password_hash, first_name, last_name, email_verified_at) VALUES (lower($1), $2, $3, $4, now())
ON CONFLICT ON CONSTRAINT account_email_unique DO NOTHING RETURNING id;

-- name: invitation_prune :exec slow
DELETE FROM staff_invitation WHERE accepted_at IS NULL AND expires_at < now() - interval '30 days';

-- name: staff_without_owner :many readonly slow
-- For `shopd doctor`. A shop that never had one is new.
SELECT 'role ' || r.name FROM role r
WHERE r.is_owner AND EXISTS (SELECT FROM account_role g WHERE g.role_id = r.id)
    AND NOT EXISTS (SELECT FROM account_role g JOIN account a ON a.id = g.account_id
        WHERE g.role_id = r.id AND a.is_active AND a.is_staff);

-- name: staff_permissions_differ :many readonly slow
-- For `shopd doctor`.
SELECT 'account ' || a.id FROM account a
WHERE a.is_staff AND a.permissions IS DISTINCT FROM ARRAY(
    SELECT unnest(a.direct_permissions)
    UNION SELECT unnest(r.permissions) FROM account_role g JOIN role r ON r.id = g.role_id WHERE g.account_id = a.id
    ORDER BY 1);

-- name: staff_hire :exec
UPDATE account SET is_staff = true, updated_at = now(), version = version + 1 WHERE id = $1 AND NOT is_staff;
