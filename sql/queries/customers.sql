-- customers.sql - customers as staff see them.

-- name: customer_list :page readonly slow
SELECT a.id, a.email, a.first_name, a.last_name, a.phone, a.is_active, a.email_verified_at, a.last_login_at,
    (SELECT count(*) FROM orders o WHERE o.account_id = a.id AND o.number IS NOT NULL) AS order_count,
    a.created_at, a.version
    [[count]], (SELECT count(*) FROM account a WHERE NOT a.is_staff [[filters]]) AS total_count [[end]]
    [[cursor]]
FROM account a WHERE NOT a.is_staff [[filters]] [[after]]
ORDER BY [[order]] [[page]];

-- name: customer_show :maybe readonly
SELECT a.id, a.email, a.first_name, a.last_name, a.phone, a.is_active, a.email_verified_at, a.last_login_at,
    a.password_hash IS NOT NULL AS has_password, a.has_second_factor,
    (SELECT count(*) FROM orders o WHERE o.account_id = a.id AND o.number IS NOT NULL) AS order_count,
    (SELECT coalesce(json_agg(json_build_object('currency', t.currency, 'orders', t.orders,
                'total', money_text(t.total::bigint, t.currency)) ORDER BY t.currency), '[]')
       FROM (SELECT o.currency, count(*) AS orders, sum(o.total) AS total FROM orders o
              WHERE o.account_id = a.id AND o.number IS NOT NULL AND o.state <> 'canceled' GROUP BY o.currency) t)
        AS order_totals,
    (SELECT max(o.placed_at) FROM orders o WHERE o.account_id = a.id AND o.number IS NOT NULL) AS last_order_at,
    (SELECT count(*) FROM session s WHERE s.account_id = a.id AND s.ended_at IS NULL AND s.expires_at > now())
        AS session_count,
    a.created_at, a.updated_at, a.version
FROM account a WHERE a.id = $1 AND NOT a.is_staff;

-- name: customer_lock :maybe
SELECT version FROM account WHERE id = $1 AND NOT is_staff FOR NO KEY UPDATE;

-- name: customer_update :exec
-- A NULL leaves what there is.
UPDATE account SET first_name = coalesce($2, first_name), last_name = coalesce($3, last_name),
    phone = coalesce($4, phone), is_active = coalesce($5::boolean, is_active), updated_at = now(), version = version + 1
WHERE id = $1;

-- name: customer_sessions_end :maybe
-- How many; nothing when there is no such customer.
WITH customer AS (
    SELECT id FROM account WHERE id = $1 AND NOT is_staff
), ended AS (
    UPDATE session s SET ended_at = now(), end_reason = 'staff' FROM customer c
    WHERE s.account_id = c.id AND s.ended_at IS NULL AND s.expires_at > now() RETURNING s.id
)
SELECT (SELECT count(*) FROM ended) AS ended FROM customer;

-- name: customer_exists :maybe readonly
SELECT id FROM account WHERE id = $1 AND NOT is_staff;

-- name: customer_note_list :page readonly
SELECT n.id, n.body, (SELECT a.email FROM account a WHERE a.id = n.author_id) AS author, n.created_at,
    (SELECT count(*) FROM customer_note n WHERE n.account_id = $1 [[filters]]) AS total_count
FROM customer_note n WHERE n.account_id = $1 [[filters]]
ORDER BY [[order]] [[page]];

-- name: customer_note_insert :maybe
WITH note AS (
    INSERT INTO customer_note (account_id, author_id, body)
    SELECT a.id, $2, $3 FROM account a WHERE a.id = $1 AND NOT a.is_staff
    RETURNING id, body, author_id, created_at
)
SELECT n.id, n.body, (SELECT a.email FROM account a WHERE a.id = n.author_id) AS author, n.created_at FROM note n;

-- name: customer_note_delete :maybe
DELETE FROM customer_note n USING account a
WHERE n.id = $2 AND n.account_id = $1 AND a.id = n.account_id AND NOT a.is_staff RETURNING n.id;
