-- 212_takeover.sql - who gets an account back gets it without what others
-- have added to it meanwhile.

-- Ways to log in that were added after that moment, but the password.
CREATE FUNCTION account_ways_forget(account uuid, since timestamptz) RETURNS void LANGUAGE sql AS $$
    DELETE FROM social_identity WHERE account_id = account AND created_at >= since;
    DELETE FROM totp WHERE account_id = account AND coalesce(confirmed_at, created_at) >= since;
    DELETE FROM passkey WHERE account_id = account AND created_at >= since;
    DELETE FROM recovery_code WHERE account_id = account AND created_at >= since;
    DELETE FROM second_factor f WHERE f.account_id = account AND f.created_at >= since;
$$;

-- Not only what was linked: passkeys and second factors, too, would let in who
-- made the account, or lock its owner out.
CREATE OR REPLACE FUNCTION account_taken_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM account_ways_forget(NEW.id, '-infinity');
    RETURN NULL;
END
$$;

-- ---- the audit log ----

-- Places begin with 1: an entry before them would be shown, and never checked.
ALTER TABLE audit_log ADD CONSTRAINT audit_log_seq_positive CHECK (seq > 0);

CREATE TRIGGER audit_log_stays_whole BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_stays();

-- As in 188, and an entry whose hash is NULL is altered.
CREATE OR REPLACE FUNCTION audit_verify(after_seq bigint, previous bytea, most int,
    OUT checked int, OUT last_seq bigint, OUT last_hash bytea, OUT erased int, OUT flaw_seq bigint, OUT flaw text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    r audit_log;
    head audit_head;
BEGIN
    checked := 0;
    erased := 0;
    last_seq := after_seq;
    last_hash := coalesce(previous, sha256('shopd audit log'));
    FOR r IN SELECT * FROM audit_log WHERE seq > after_seq ORDER BY seq LIMIT most LOOP
        IF r.seq <> last_seq + 1 THEN
            flaw := 'missing';
        ELSIF r.change IS NOT NULL AND sha256(convert_to(r.change::text, 'UTF8')) IS DISTINCT FROM r.change_hash THEN
            flaw := 'altered';
        ELSIF audit_hash(last_hash, r) IS DISTINCT FROM r.hash THEN
            flaw := 'altered';
        END IF;
        IF flaw IS NOT NULL THEN
            flaw_seq := last_seq + 1;
            RETURN;
        END IF;
        checked := checked + 1;
        erased := erased + (r.change IS NULL AND r.change_hash IS NOT NULL)::int;
        last_seq := r.seq;
        last_hash := r.hash;
    END LOOP;
    IF checked = most THEN
        RETURN;
    END IF;
    -- Without a head nobody knows what was cut off.
    SELECT * INTO head FROM audit_head;
    IF head.seq IS DISTINCT FROM last_seq OR head.hash IS DISTINCT FROM last_hash THEN
        flaw_seq := last_seq + 1;
        flaw := CASE WHEN head.seq IS NULL OR head.seq > last_seq THEN 'missing' ELSE 'altered' END;
    -- Entries outside the chain, before its beginning.
    ELSIF after_seq = 0 AND EXISTS (SELECT FROM audit_log WHERE seq < 1) THEN
        flaw_seq := 0;
        flaw := 'altered';
    END IF;
END
$$;
