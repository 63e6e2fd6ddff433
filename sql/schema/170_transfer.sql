-- 170_transfer.sql - catalogues that come in and go out as files.

-- A file of products on its way into the shop, sent by staff in parts or read
-- by `shopd import`. What is applied is told by `position`: each batch moves it
-- in its own transaction, so a row is applied once whoever goes on with it.
CREATE TABLE import (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    format text NOT NULL,
    state text NOT NULL DEFAULT 'created'
        CHECK (state IN ('created', 'running', 'done', 'failed', 'cancelled')),
    is_dry_run boolean NOT NULL DEFAULT false,
    default_stock bigint NOT NULL DEFAULT 0 CHECK (default_stock BETWEEN 0 AND 1000000000),
    mapping jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(mapping) = 'object'),
    file_name text NOT NULL DEFAULT '', -- of the command
    is_command boolean NOT NULL DEFAULT false, -- has no parts, no job
    bytes_total bigint NOT NULL DEFAULT 0 CHECK (bytes_total >= 0),
    position bigint NOT NULL DEFAULT 0 CHECK (position >= 0), -- bytes applied
    line bigint NOT NULL DEFAULT 1, -- of the byte at position
    rows_done bigint NOT NULL DEFAULT 0,
    created bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL DEFAULT 0,
    unchanged bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    -- rows that were refused are tried again: up to which offset so far
    is_retry boolean NOT NULL DEFAULT false,
    retried bigint NOT NULL DEFAULT -1,
    failure text NOT NULL DEFAULT '',
    account_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT import_ended_has_its_time
        CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX import_running ON import (id) WHERE state = 'running';

CREATE TABLE import_part (
    import_id uuid NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    number int NOT NULL CHECK (number BETWEEN 1 AND 10000),
    bytes bytea NOT NULL CHECK (length(bytes) BETWEEN 1 AND 4194304),
    size int GENERATED ALWAYS AS (length(bytes)) STORED,
    checksum bytea NOT NULL CHECK (length(checksum) = 32), -- SHA-256
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (import_id, number)
);
-- so that a slice is read without the rest
ALTER TABLE import_part ALTER bytes SET STORAGE EXTERNAL;

-- What was refused: a product, at one place of the file.
CREATE TABLE import_row (
    import_id uuid NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    place bigint NOT NULL, -- of its first byte
    length bigint NOT NULL,
    first_line bigint NOT NULL,
    line bigint NOT NULL,
    column_name text NOT NULL,
    reason text NOT NULL,
    raw text NOT NULL, -- its beginning
    tries int NOT NULL DEFAULT 1,
    PRIMARY KEY (import_id, place)
);

-- Products and SKUs that a running import has met, by hash, with their line: a
-- second one is told of without keeping them in memory.
CREATE UNLOGGED TABLE import_key (
    import_id uuid NOT NULL,
    key bytea NOT NULL,
    line bigint NOT NULL,
    PRIMARY KEY (import_id, key)
);

CREATE TABLE export (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    format text NOT NULL CHECK (format IN ('csv', 'ndjson')),
    status text NOT NULL DEFAULT '',   -- of the products; '' any
    category_id uuid,                  -- with all below it
    updated_since timestamptz,
    products bigint NOT NULL,          -- when it was asked for
    fetched bigint NOT NULL DEFAULT 0, -- times the file was read to its end
    account_id uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Options of a product and those that a file names: names and values in the
-- order in which they came first.
CREATE FUNCTION options_merged(old jsonb, new jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN new IS NULL OR new = '[]' THEN old WHEN old = '[]' THEN new ELSE (
        SELECT coalesce(jsonb_agg(jsonb_build_object('name', name, 'values', vals) ORDER BY place), '[]')
          FROM (SELECT name, min(place) AS place,
                       jsonb_agg(val ORDER BY place) AS vals
                  FROM (SELECT o ->> 'name' AS name, v.val, min(o_place * 10000 + v.place) AS place
                          FROM jsonb_array_elements(old || new) WITH ORDINALITY AS e (o, o_place)
                         CROSS JOIN LATERAL jsonb_array_elements(o -> 'values')
                               WITH ORDINALITY AS v (val, place)
                         GROUP BY 1, 2) AS each
                 GROUP BY name) AS named) END
$$;
