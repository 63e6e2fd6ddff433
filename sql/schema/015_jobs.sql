-- Events (outbox), the jobs that follow from them, and what is done regularly.

CREATE TABLE outbox (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_id uuid NOT NULL,
	topic text NOT NULL,
	aggregate text NOT NULL,
	aggregate_id uuid NOT NULL,
	data jsonb NOT NULL,
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	dispatched_at timestamptz
);
-- What the relay has still to do. Ids are given before commit, so "id > last
-- seen" would lose rows; this index cannot.
CREATE INDEX outbox_undispatched ON outbox (id) WHERE dispatched_at IS NULL;

CREATE TABLE job (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text NOT NULL,
	payload jsonb NOT NULL,
	queue_key text,
	unique_key text,
	state text NOT NULL DEFAULT 'queued'
		CHECK (state IN ('queued', 'running', 'done', 'dead')),
	attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
	losses integer NOT NULL DEFAULT 0 CHECK (losses >= 0),
	run_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	lease_until timestamptz,
	last_error text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	finished_at timestamptz,
	CONSTRAINT job_running_is_leased
		CHECK ((state = 'running') = (lease_until IS NOT NULL)),
	CONSTRAINT job_ended_has_its_time
		CHECK ((state IN ('done', 'dead')) = (finished_at IS NOT NULL))
);
COMMENT ON COLUMN job.losses IS 'how often its worker vanished while it ran';
CREATE INDEX job_ready ON job (run_at, id) WHERE state = 'queued';
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'running';
CREATE INDEX job_dead ON job (id) WHERE state = 'dead';
CREATE INDEX job_done ON job (finished_at) WHERE state = 'done';
CREATE INDEX job_queue ON job (queue_key, id)
	WHERE state IN ('queued', 'running') AND queue_key IS NOT NULL;
-- Of one key one at a time, whatever the claiming statement forgot.
CREATE UNIQUE INDEX job_one_running ON job (queue_key) WHERE state = 'running';
CREATE UNIQUE INDEX job_unique ON job (unique_key)
	WHERE state IN ('queued', 'running') AND unique_key IS NOT NULL;

-- Rows live for days and change several times in their first second.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE job SET (autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE periodic (
	name text PRIMARY KEY,
	next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	lease_until timestamptz,
	holder uuid
);
COMMENT ON COLUMN periodic.holder IS 'the worker that did it last';
