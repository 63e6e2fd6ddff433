-- 001_base.sql - functions that statements of every room use.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- RFC 9562 version 7: 48 bits of milliseconds, then random.
CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(set_byte(overlay(uuid_send(gen_random_uuid()) PLACING
        substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6), 6,
        112 | (get_byte(uuid_send(gen_random_uuid()), 6) & 15)), 'hex')::uuid
$$;

-- ISO 4217 digits after the point, as platform/money.h has them.
CREATE FUNCTION currency_exponent(currency text) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW',
            'PYG','RWF','UGX','VND','VUV','XAF','XOF','XPF') THEN 0
        WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 3
        ELSE 2 END
$$;

-- Minor units as the wire's decimal string; NULL stays NULL.
CREATE FUNCTION money_text(amount bigint, currency text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE currency_exponent(currency)
        WHEN 0 THEN amount::text
        WHEN 2 THEN trunc(amount / 100.0, 2)::numeric(20, 2)::text
        ELSE trunc(amount / 1000.0, 3)::numeric(20, 3)::text END
$$;

-- A time as DRF writes it, for JSON made in SQL.
CREATE FUNCTION time_text(at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN extract(microseconds FROM at)::bigint % 1000000 = 0
        THEN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        ELSE to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END
$$;

-- Ledgers are append-only: the database says so, too.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
