-- 021_login_tries.sql - passwords tried for one name, from wherever: the
-- throttle by address does not see a thousand addresses (reliability S15).

-- By the hash of the name, so that names without an account count alike.
CREATE TABLE login_try (
    name_hash bytea PRIMARY KEY,
    started_at timestamptz NOT NULL DEFAULT now(),
    tries int NOT NULL DEFAULT 1,
    CONSTRAINT login_try_hash_is_sha256 CHECK (length(name_hash) = 32),
    CONSTRAINT login_try_counts CHECK (tries > 0)
);
CREATE INDEX login_try_started ON login_try (started_at);
