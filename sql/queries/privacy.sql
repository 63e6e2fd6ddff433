-- privacy.sql - archives of somebody's data, erasure, and what goes by age.

-- ---- archives ----

-- name: data_export_list :page readonly
SELECT e.id, e.state, e.bytes, e.created_at, e.ready_at, e.expires_at,
    CASE WHEN e.state = 'ready' THEN '/api/v1/account/data-exports/' || e.id || '/file/' END AS file,
    (SELECT count(*) FROM data_export e WHERE e.account_id = $1 [[filters]]) AS total_count
FROM data_export e WHERE e.account_id = $1 [[filters]]
ORDER BY [[order]] [[page]];

-- name: data_export_show :maybe readonly
SELECT e.id, e.state, e.bytes, e.created_at, e.ready_at, e.expires_at,
    CASE WHEN e.state = 'ready' THEN '/api/v1/account/data-exports/' || e.id || '/file/' END AS file
FROM data_export e WHERE e.id = $1 AND e.account_id = $2;

-- name: data_export_file :maybe readonly
SELECT archive FROM data_export
WHERE id = $1 AND account_id = $2 AND state = 'ready' AND expires_at > now();

-- Whoever asks for an archive is locked, so that they are counted right. $2:
-- a customer is meant.
-- name: data_export_account :maybe
SELECT (SELECT count(*) FROM data_export e WHERE e.account_id = a.id AND e.created_at > now() - interval '1 day') AS recent
FROM account a WHERE a.id = $1 AND NOT (a.is_staff AND $2::boolean) FOR NO KEY UPDATE;

-- name: data_export_insert :exec
INSERT INTO data_export (id, account_id, asked_by) VALUES ($1, $2, $3);

-- The account of one that is to be made.
-- name: data_export_begin :maybe
SELECT account_id FROM data_export WHERE id = $1 AND state = 'queued' FOR UPDATE;

-- name: data_export_plan :many readonly
SELECT name FROM privacy_table WHERE is_exported ORDER BY place DESC;

-- name: data_export_table :one readonly
SELECT privacy_export_table($1, t) FROM privacy_table t WHERE t.name = $2;

-- name: data_export_end :exec
UPDATE data_export SET state = 'ready', archive = $2, bytes = octet_length($2), ready_at = now(),
    expires_at = now() + $3::bigint * interval '1 day'
WHERE id = $1 AND state = 'queued';

-- What a mail to the owner of an account begins with, and until when.
-- name: privacy_mail :maybe readonly
SELECT json_build_object('email', a.email, 'first_name', a.first_name, 'days', $2::bigint,
    'until', to_char(now() + $2::bigint * interval '1 day', 'YYYY-MM-DD'))::text AS data
FROM account a WHERE a.id = $1;

-- ---- erasure ----

-- name: erasure_list :page readonly
SELECT r.id, CASE WHEN r.due_at > now() THEN 'waiting' WHEN o.open > 0 THEN 'delayed' ELSE 'running' END AS state,
    r.by_staff, r.due_at, o.open AS open_orders, r.created_at,
    (SELECT count(*) FROM erasure_request r WHERE r.account_id = $1 [[filters]]) AS total_count
FROM erasure_request r CROSS JOIN LATERAL (SELECT privacy_open_orders(r.account_id, $2) AS open) o
WHERE r.account_id = $1 [[filters]]
ORDER BY [[order]] [[page]];

-- The one of an account; $4: whichever it is.
-- name: erasure_show :maybe readonly
SELECT r.id, CASE WHEN r.due_at > now() THEN 'waiting' WHEN o.open > 0 THEN 'delayed' ELSE 'running' END AS state,
    r.by_staff, r.due_at, o.open AS open_orders, r.created_at
FROM erasure_request r CROSS JOIN LATERAL (SELECT privacy_open_orders(r.account_id, $2) AS open) o
WHERE r.account_id = $1 AND ($4 OR r.id = $3);

-- name: erasure_person :maybe
SELECT is_staff, EXISTS (SELECT FROM erasure_request r WHERE r.account_id = a.id) AS is_asked
FROM account a WHERE a.id = $1 FOR NO KEY UPDATE;

-- By staff: at once, also when the customer has asked already.
-- name: erasure_insert :exec
INSERT INTO erasure_request AS r (account_id, by_staff, due_at, try_at)
VALUES ($1, $2, now() + $3::bigint * interval '1 day', now() + $3::bigint * interval '1 day')
ON CONFLICT ON CONSTRAINT erasure_request_once DO UPDATE
SET by_staff = true, due_at = least(r.due_at, excluded.due_at), try_at = least(r.try_at, excluded.try_at)
WHERE excluded.by_staff;

-- name: erasure_cancel :maybe
DELETE FROM erasure_request WHERE id = $1 AND account_id = $2 RETURNING id;

-- name: erasure_due :many
SELECT account_id FROM erasure_request WHERE try_at <= now() ORDER BY try_at LIMIT 50;

-- name: erasure_begin :maybe
SELECT id FROM erasure_request WHERE account_id = $1 AND due_at <= now() FOR UPDATE;

-- A checkout locks its cart, then the account: so does an erasure.
-- name: erasure_lock_carts :many
SELECT id FROM cart WHERE account_id = $1 ORDER BY id FOR UPDATE;

-- name: erasure_lock :maybe
SELECT is_staff FROM account WHERE id = $1 FOR UPDATE;

-- Guest orders of a proved address are the customer's, too.
-- name: erasure_claim :one
SELECT orders_claim($1);

-- name: erasure_hindered :one
SELECT privacy_open_orders($1, $2) AS open, privacy_is_busy($1) AS is_busy;

-- name: erasure_delay :exec
UPDATE erasure_request SET try_at = now() + interval '1 hour' WHERE account_id = $1;

-- name: erasure_drop :exec
DELETE FROM erasure_request WHERE account_id = $1;

-- name: erasure_plan :many readonly
SELECT name FROM privacy_table WHERE on_erase <> 'stay' ORDER BY place;

-- name: erasure_table :one
SELECT privacy_erase_table($1, t) FROM privacy_table t WHERE t.name = $2;

-- name: erasure_note :exec
INSERT INTO erasure_journal (account_id) VALUES ($1) ON CONFLICT DO NOTHING;

-- ---- by age: a bounded number each time ----

-- name: retain_mails :exec
DELETE FROM notification WHERE id IN (
    SELECT id FROM notification WHERE created_at < now() - $1::bigint * interval '1 day' AND state <> 'queued'
    ORDER BY created_at LIMIT 1000);

-- name: retain_webhooks :exec
UPDATE webhook_inbox SET body = '{}' WHERE id IN (
    SELECT id FROM webhook_inbox WHERE processed_at < now() - $1::bigint * interval '1 day' AND body <> '{}'
    ORDER BY processed_at LIMIT 1000);

-- name: retain_dead_jobs :exec
DELETE FROM job WHERE id IN (
    SELECT id FROM job WHERE state = 'dead' AND finished_at < now() - $1::bigint * interval '1 day' LIMIT 1000);

-- The order has what its cart had.
-- name: retain_ordered_carts :exec
UPDATE cart SET email = '', note = '', shipping_address = NULL, billing_address = NULL WHERE id IN (
    SELECT id FROM cart WHERE state = 'ordered' AND (email <> '' OR shipping_address IS NOT NULL)
       AND updated_at < now() - $1::bigint * interval '1 day' ORDER BY updated_at LIMIT 500 FOR UPDATE SKIP LOCKED);

-- Those that an unpaid order keeps from being removed.
-- name: retain_left_carts :exec
UPDATE cart SET email = '', note = '', shipping_address = NULL, billing_address = NULL, version = version + 1 WHERE id IN (
    SELECT c.id FROM cart c WHERE c.state IN ('active', 'abandoned', 'merged') AND (c.email <> '' OR c.shipping_address IS NOT NULL)
       AND c.expires_at < now() - interval '1 day' AND NOT EXISTS (SELECT FROM reservation r WHERE r.cart_id = c.id)
     ORDER BY c.expires_at LIMIT 500 FOR UPDATE SKIP LOCKED);

-- name: retain_unpaid_orders :exec
UPDATE orders o SET email = 'erased@erased.invalid', note = '', shipping_address = address_erased(shipping_address),
    billing_address = address_erased(billing_address), version = version + 1 WHERE id IN (
    SELECT id FROM orders WHERE state = 'expired' AND email <> 'erased@erased.invalid'
       AND updated_at < now() - $1::bigint * interval '1 day' ORDER BY updated_at LIMIT 500 FOR UPDATE SKIP LOCKED);

-- Who registered here, never proved the address, bought nothing and stayed
-- away. Those that came by an import have a hash of Django.
-- name: retain_unverified :exec
INSERT INTO erasure_request (account_id, due_at, try_at)
SELECT a.id, now(), now() FROM account a
 WHERE a.email_verified_at IS NULL AND NOT a.is_staff AND a.created_at < now() - $1::bigint * interval '1 day'
   AND coalesce(a.last_login_at, a.created_at) < now() - $1::bigint * interval '1 day'
   AND a.password_hash LIKE '$argon2id$%' AND NOT EXISTS (SELECT FROM orders o WHERE o.account_id = a.id)
 ORDER BY a.created_at LIMIT 100
ON CONFLICT DO NOTHING;

-- name: retain_invitations :exec
DELETE FROM staff_invitation WHERE accepted_at < now() - interval '90 days';

-- name: retain_exports :exec
DELETE FROM data_export WHERE expires_at < now() OR (state = 'failed' AND created_at < now() - interval '7 days');

-- Its job has given up.
-- name: retain_lost_exports :exec
UPDATE data_export SET state = 'failed' WHERE state = 'queued' AND created_at < now() - interval '1 hour';

-- ---- after a restore ----

-- name: privacy_journal :many readonly
SELECT account_id, time_text(erased_at) FROM erasure_journal
WHERE account_id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') ORDER BY account_id LIMIT 1000;

-- name: privacy_reapply :maybe
INSERT INTO erasure_request AS r (account_id, by_staff, due_at, try_at)
SELECT a.id, true, now(), now() FROM account a WHERE a.id = $1
ON CONFLICT ON CONSTRAINT erasure_request_once DO UPDATE SET by_staff = true, due_at = now(), try_at = now()
RETURNING r.account_id;

-- name: privacy_come_back :many slow readonly
SELECT 'account ' || a.id || ' was erased on ' || j.erased_at::date || ' and is there again'
  FROM erasure_journal j JOIN account a ON a.id = j.account_id LIMIT 100;

-- name: privacy_overdue :many slow readonly
SELECT 'account ' || r.account_id || ' should have been erased on ' || r.due_at::date
  FROM erasure_request r WHERE r.try_at < now() - interval '1 day' LIMIT 100;
