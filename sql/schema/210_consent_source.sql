-- 210_consent_source.sql - by which way a consent was given or taken back; and
-- the proof of one e-mail address never passes to another.

ALTER TABLE notification_preference ADD COLUMN source text NOT NULL DEFAULT ''
    CONSTRAINT notification_preference_source_known CHECK (source IN ('', 'profile', 'preferences'));
ALTER TABLE consent_change ADD COLUMN source text NOT NULL DEFAULT '';

CREATE OR REPLACE FUNCTION consent_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO consent_change (account_id, channel, topic, is_enabled, text_version, at, source)
    VALUES (NEW.account_id, NEW.channel, NEW.topic, NEW.is_enabled, NEW.text_version, NEW.changed_at, NEW.source);
    RETURN NULL;
END
$$;

-- Whoever changes the address and does not say that it was proved anew has an
-- unproved one: else guest orders of strangers could be claimed with it.
CREATE FUNCTION account_email_unproved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.email_verified_at := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER account_email_unproved BEFORE UPDATE OF email ON account FOR EACH ROW
    WHEN (NEW.email <> OLD.email AND NEW.email_verified_at = OLD.email_verified_at)
    EXECUTE FUNCTION account_email_unproved();
