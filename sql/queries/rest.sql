-- Idempotency keys (DESIGN 5; Stripe's semantics).

-- name: idempotency_claim :one
-- Takes the key, or tells who has it. The update on conflict locks the row
-- and so reads what a rival has committed meanwhile, which a SELECT in the
-- same statement would not. A claim in progress whose lease ran out (its
-- worker died) goes to whoever asks the same thing next.
INSERT INTO idempotency_key AS k
	(principal, key, route, request_hash, claim, lease_until)
VALUES ($1, $2, $3, $4::bytea, $5::uuid, now() + interval '30 seconds')
ON CONFLICT (principal, key) DO UPDATE SET
	claim = CASE WHEN k.state = 'in_progress'
			AND k.lease_until < now()
			AND k.route = excluded.route
			AND k.request_hash = excluded.request_hash
		THEN excluded.claim ELSE k.claim END,
	lease_until = CASE WHEN k.state = 'in_progress'
			AND k.lease_until < now()
			AND k.route = excluded.route
			AND k.request_hash = excluded.request_hash
		THEN excluded.lease_until ELSE k.lease_until END
RETURNING k.claim = $5::uuid AS is_mine,
	k.route = $3 AND k.request_hash = $4::bytea AS is_same,
	k.state = 'done' AS is_done,
	coalesce(k.status, 0) AS status, k.headers, k.body;

-- name: idempotency_look :maybe readonly
SELECT k.state = 'done' AS is_done, coalesce(k.status, 0) AS status,
	k.headers, k.body
FROM idempotency_key k
WHERE k.principal = $1 AND k.key = $2;

-- name: idempotency_store :exec
-- No row when the lease ran out and another attempt took the key over.
UPDATE idempotency_key
SET state = 'done', status = $4::int, headers = $5, body = $6
WHERE principal = $1 AND key = $2 AND claim = $3::uuid
	AND state = 'in_progress';

-- name: idempotency_release :exec
DELETE FROM idempotency_key
WHERE principal = $1 AND key = $2 AND claim = $3::uuid
	AND state = 'in_progress';

-- name: idempotency_purge :exec
DELETE FROM idempotency_key
WHERE (principal, key) IN (
	SELECT principal, key FROM idempotency_key
	WHERE created_at < now() - interval '72 hours'
	ORDER BY created_at
	LIMIT 1000
	FOR UPDATE SKIP LOCKED);

-- name: change_look :one
-- What has become visible since the snapshot $1 was taken; NULL: only which
-- snapshot this is. Beyond 2,000 changes everything may have changed. The
-- oldest of them tells how late they are seen, in microseconds.
SELECT pg_current_snapshot()::text AS snapshot,
	pg_postmaster_start_time()::text AS started,
	count(*) > 2000 OR coalesce(bool_or(kind <> 'product'
		OR object_id IS NULL), false) AS is_all,
	count(*) AS count, coalesce(string_agg(object_id::text, ''), '') AS ids,
	coalesce(greatest(extract(epoch FROM clock_timestamp() - min(at))
		* 1000000, 0), 0)::bigint AS age
FROM (SELECT kind, object_id, at
	FROM change_log
	WHERE xid >= pg_snapshot_xmin($1::pg_snapshot)
		AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot)
	ORDER BY xid
	LIMIT 2001) c;

-- name: standing_look :one
-- What has made tokens void since the snapshot $1 was taken; NULL: in the
-- last $2 seconds. Beyond 20,000 changes is_all: too many to name.
SELECT pg_current_snapshot()::text AS snapshot,
	pg_postmaster_start_time()::text AS started,
	count(*) > 20000 AS is_all,
	CASE WHEN count(*) <= 20000 THEN coalesce(string_agg(
		object_id || ' ' || epoch, ',') FILTER (WHERE kind <> 'key'), '') END AS fallen,
	CASE WHEN count(*) <= 20000 THEN coalesce(string_agg(
		object_id::text, ',') FILTER (WHERE kind = 'key'), '') END AS keys
FROM (SELECT kind, object_id, CASE kind WHEN 'account' THEN epoch ELSE 2147483647 END AS epoch
	FROM standing_change
	WHERE CASE WHEN $1::text IS NULL THEN at > now() - $2::int * interval '1 second'
		ELSE xid >= pg_snapshot_xmin($1::pg_snapshot)
			AND NOT pg_visible_in_snapshot(xid, $1::pg_snapshot) END
	LIMIT 20001) c;

-- name: standing_prove :one readonly
-- The same for one token: account $1 with epoch $2, session $3.
SELECT EXISTS (SELECT FROM account a JOIN session s ON s.account_id = a.id
	WHERE a.id = $1 AND a.is_active AND a.token_epoch = $2
		AND s.id = $3 AND s.ended_at IS NULL) AS stands;
