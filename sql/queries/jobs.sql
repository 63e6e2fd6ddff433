-- Events and jobs. Times are statement_timestamp(): unlike now() it moves on in
-- a long transaction, and unlike clock_timestamp() an index can be walked by it.

-- name: event_insert :exec
INSERT INTO outbox (event_id, topic, aggregate, aggregate_id, data)
VALUES ($1::uuid, $2, $3, $4::uuid, $5::jsonb);

-- name: job_insert :exec
INSERT INTO job (kind, payload, queue_key, unique_key, run_at)
VALUES ($1, $2::jsonb, $3, $4,
	statement_timestamp() + $5::bigint * interval '1 microsecond')
ON CONFLICT (unique_key)
	WHERE state IN ('queued', 'running') AND unique_key IS NOT NULL
	DO NOTHING;

-- What is there to do? The one statement of an idle second: a few looks into
-- small partial indexes. $1 the kinds that this worker knows, $2 itself: who did
-- a periodic last goes before the others, so that it changes hands only when
-- its worker has gone (gauges of what all workers share need one writer).
-- name: jobs_look :one readonly
SELECT EXISTS (SELECT 1 FROM outbox WHERE dispatched_at IS NULL) AS has_events,
       EXISTS (SELECT 1 FROM job WHERE state = 'queued'
	       AND run_at <= statement_timestamp()
	       AND kind = ANY ($1::text[])) AS has_jobs,
       EXISTS (SELECT 1 FROM job WHERE state = 'running'
	       AND lease_until < statement_timestamp()) AS has_lost,
       (SELECT ',' || string_agg(name, ',') || ',' FROM periodic
	WHERE next_at + CASE WHEN holder <> $2::uuid THEN interval '3 seconds'
			     ELSE interval '0' END <= statement_timestamp()
	AND (lease_until IS NULL OR lease_until < statement_timestamp())
	) AS due_periodics,
       EXISTS (SELECT 1 FROM periodic WHERE name = 'jobs.count'
	       AND holder = $2::uuid) AS counts;

-- Events become jobs, in order of their ids, each once: the jobs are made and
-- the events marked by the same statement. One relay at a time, or two would
-- mix up the order; FOR UPDATE looks again at rows that another relay took
-- after this statement's snapshot. $1 and $2: topic and job of each
-- subscription; $3: so many this worker can begin at once, more wakes others.
-- name: events_relay :one
WITH turn AS MATERIALIZED (
	SELECT pg_try_advisory_xact_lock(7367120) AS is_ours
), batch AS MATERIALIZED (
	SELECT o.* FROM outbox o, turn
	WHERE turn.is_ours AND o.dispatched_at IS NULL
	ORDER BY o.id LIMIT 200
	FOR UPDATE OF o
), made AS (
	INSERT INTO job (kind, payload, queue_key, unique_key)
	SELECT s.job,
	       jsonb_build_object('event_id', b.event_id, 'topic', b.topic,
		'aggregate', b.aggregate, 'aggregate_id', b.aggregate_id,
		'at', time_text(b.created_at), 'data', b.data),
	       split_part(s.job, '.', 1) || ':' || b.aggregate_id,
	       b.event_id || ':' || s.job
	FROM batch b
	JOIN unnest($1::text[], $2::text[]) AS s (topic, job)
		ON s.topic = b.topic
	ORDER BY b.id, s.job
	ON CONFLICT (unique_key)
		WHERE state IN ('queued', 'running') AND unique_key IS NOT NULL
		DO NOTHING
	RETURNING 1
), marked AS (
	UPDATE outbox o SET dispatched_at = statement_timestamp()
	FROM batch b WHERE o.id = b.id
	RETURNING 1
)
SELECT (SELECT count(*) FROM marked) AS events,
       CASE WHEN (SELECT count(*) FROM made) > $3::bigint
	    THEN pg_notify('shopd_jobs', '')::text END AS woken;

-- Takes what is due, the oldest of each queue, and leases it. $1 kinds, $2
-- their leases in milliseconds, $3 the most.
-- name: jobs_claim :many
WITH due AS MATERIALIZED (
	SELECT j.id, k.lease FROM job j
	JOIN unnest($1::text[], $2::bigint[]) AS k (kind, lease)
		ON k.kind = j.kind
	WHERE j.state = 'queued' AND j.run_at <= statement_timestamp()
	AND (j.queue_key IS NULL OR NOT EXISTS (
		SELECT 1 FROM job e WHERE e.queue_key = j.queue_key
		AND (e.state = 'running'
		     OR (e.state = 'queued' AND e.id < j.id))))
	ORDER BY j.run_at, j.id LIMIT $3::int
	FOR UPDATE OF j SKIP LOCKED
)
UPDATE job j
SET state = 'running', attempts = attempts + 1,
    lease_until = statement_timestamp() + due.lease * interval '1 millisecond'
FROM due WHERE j.id = due.id
RETURNING j.id, j.kind, j.payload, j.attempts,
	extract(epoch FROM statement_timestamp() - j.created_at)::bigint AS age;

-- $2 its attempt: whose lease has run out has no more to say. $3: nothing of
-- what it was told stays.
-- name: job_done :exec
UPDATE job SET state = 'done', lease_until = NULL, last_error = '',
	finished_at = statement_timestamp(),
	payload = CASE WHEN $3::boolean THEN '{}' ELSE payload END,
	unique_key = CASE WHEN $3::boolean THEN NULL ELSE unique_key END
WHERE id = $1::bigint AND attempts = $2::int AND state = 'running';

-- name: job_again :exec
UPDATE job SET state = 'queued', lease_until = NULL, last_error = $3,
	run_at = statement_timestamp() + $4::bigint * interval '1 microsecond'
WHERE id = $1::bigint AND attempts = $2::int AND state = 'running';

-- name: job_dead :exec
UPDATE job SET state = 'dead', lease_until = NULL, last_error = $3,
	finished_at = statement_timestamp()
WHERE id = $1::bigint AND attempts = $2::int AND state = 'running';

-- The worker that ran these has gone. Who kills its worker again and again is
-- put aside. $1 the most losses.
-- name: jobs_lost :many
UPDATE job
SET losses = losses + 1, lease_until = NULL,
    state = CASE WHEN losses + 1 >= $1::int THEN 'dead' ELSE 'queued' END,
    finished_at = CASE WHEN losses + 1 >= $1::int THEN statement_timestamp() END,
    run_at = statement_timestamp(),
    last_error = 'The worker that ran it has gone.'
WHERE id IN (SELECT id FROM job WHERE state = 'running'
	     AND lease_until < statement_timestamp()
	     ORDER BY lease_until LIMIT 100 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, state;

-- name: periodics_add :exec
INSERT INTO periodic (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING;

-- One worker gets it, once a period. $3: the lease, in milliseconds.
-- name: periodic_claim :maybe
UPDATE periodic
SET next_at = statement_timestamp() + $2::bigint * interval '1 millisecond',
    lease_until = statement_timestamp() + $3::bigint * interval '1 millisecond',
    holder = $4::uuid
WHERE name = $1 AND next_at <= statement_timestamp()
	AND (lease_until IS NULL OR lease_until < statement_timestamp())
RETURNING 1;

-- Its run lasts. Not once another has taken it over.
-- name: periodic_keep :exec
UPDATE periodic
SET lease_until = statement_timestamp() + $2::bigint * interval '1 millisecond'
WHERE name = $1 AND holder = $3::uuid AND lease_until IS NOT NULL;

-- name: periodic_end :exec
UPDATE periodic SET lease_until = NULL WHERE name = $1 AND holder = $2::uuid;

-- name: jobs_count :one readonly
SELECT (SELECT count(*) FROM job WHERE state = 'queued') AS queued,
       (SELECT count(*) FROM job WHERE state = 'running') AS running,
       (SELECT count(*) FROM job WHERE state = 'dead') AS dead,
       coalesce((SELECT extract(epoch FROM statement_timestamp() - created_at)
		 FROM outbox WHERE dispatched_at IS NULL
		 ORDER BY id LIMIT 1), 0)::bigint AS outbox_age;

-- name: jobs_sweep :exec
DELETE FROM job WHERE id IN (
	SELECT id FROM job WHERE state = 'done'
	AND finished_at < statement_timestamp() - interval '2 days'
	ORDER BY finished_at LIMIT 1000);

-- The oldest rows only: an index on dispatched_at would cost every event.
-- name: outbox_sweep :exec
DELETE FROM outbox WHERE id IN (
	SELECT id FROM (SELECT id, dispatched_at FROM outbox
			ORDER BY id LIMIT 1000) AS oldest
	WHERE dispatched_at < statement_timestamp() - interval '7 days');

-- ---- for staff ----

-- name: job_list :page
SELECT j.id, j.kind, j.state, j.queue_key, j.attempts, j.run_at,
       j.last_error, j.created_at, j.finished_at,
       (SELECT count(*) FROM job j WHERE true [[filters]]) AS total_count
FROM job j WHERE true [[filters]]
ORDER BY [[order]] [[page]];

-- name: job_find :maybe readonly
SELECT id, kind, state, queue_key, attempts, run_at, last_error, created_at,
       finished_at, payload #- '{data,token}' #- '{data,link}' AS payload
FROM job WHERE id = $1::bigint;

-- From the dead shelf back into the queue, as if new.
-- name: job_revive :maybe
UPDATE job SET state = 'queued', finished_at = NULL, attempts = 0, losses = 0,
	run_at = statement_timestamp(), created_at = statement_timestamp()
WHERE id = $1::bigint AND state = 'dead'
RETURNING id, kind, state, queue_key, attempts, run_at, last_error, created_at,
	finished_at, payload #- '{data,token}' #- '{data,link}' AS payload;
