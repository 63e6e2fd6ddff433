-- The REST layer: which idempotency key was used for what, and its answer.

CREATE TABLE idempotency_key (
	principal text NOT NULL, -- account, hash of a secret, or address
	key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
	route text NOT NULL, -- method and path
	request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
	claim uuid NOT NULL, -- of the attempt that runs or ran it
	state text NOT NULL DEFAULT 'in_progress'
		CHECK (state IN ('in_progress', 'done')),
	status smallint CHECK (status BETWEEN 200 AND 499),
	headers text, -- a line each, "Name: value"
	body text,
	created_at timestamptz NOT NULL DEFAULT now(),
	lease_until timestamptz NOT NULL,
	PRIMARY KEY (principal, key),
	CHECK (state = 'in_progress' OR
	       (status IS NOT NULL AND headers IS NOT NULL AND body IS NOT NULL))
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
COMMENT ON TABLE idempotency_key IS
	'Kept for 72 hours; the row commits with the effect it answers for.';
