-- 199_profile.sql - what customers say of themselves: settings, addresses,
-- what they want to hear of; and the guest orders that turn out to be theirs.

-- As PostgreSQL knew them when this was applied.
CREATE TABLE time_zone (
    name text PRIMARY KEY
);
INSERT INTO time_zone
SELECT name FROM pg_timezone_names WHERE name ~ '^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$' AND name <> 'Factory'
UNION SELECT 'UTC';

-- NULL: as the shop.
ALTER TABLE account
    ADD COLUMN language text CONSTRAINT account_language_is_a_tag CHECK (language ~ '^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$'
        AND length(language) <= 35),
    ADD COLUMN currency text CONSTRAINT account_currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'),
    ADD COLUMN time_zone text CONSTRAINT account_time_zone_known REFERENCES time_zone (name);
COMMENT ON COLUMN account.language IS 'personal: BCP 47';
COMMENT ON COLUMN account.time_zone IS 'personal: IANA name';

CREATE TABLE account_address (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    first_name text NOT NULL,
    last_name text NOT NULL,
    company text NOT NULL DEFAULT '',
    line1 text NOT NULL,
    line2 text NOT NULL DEFAULT '',
    city text NOT NULL,
    region text NOT NULL DEFAULT '',
    postal_code text NOT NULL DEFAULT '',
    country text NOT NULL,
    phone text NOT NULL DEFAULT '',
    is_default_shipping boolean NOT NULL DEFAULT false,
    is_default_billing boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version int NOT NULL DEFAULT 1,
    CONSTRAINT account_address_country_is_a_code CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT account_address_is_short CHECK (length(first_name) <= 100 AND length(last_name) <= 100
        AND length(company) <= 100 AND length(line1) <= 200 AND length(line2) <= 200 AND length(city) <= 100
        AND length(region) <= 100 AND length(postal_code) <= 20 AND length(phone) <= 32)
);
CREATE INDEX account_address_account ON account_address (account_id, created_at, id);
CREATE UNIQUE INDEX account_address_one_shipping ON account_address (account_id) WHERE is_default_shipping;
CREATE UNIQUE INDEX account_address_one_billing ON account_address (account_id) WHERE is_default_billing;
COMMENT ON COLUMN account_address.first_name IS 'personal: name';
COMMENT ON COLUMN account_address.last_name IS 'personal: name';
COMMENT ON COLUMN account_address.company IS 'personal: address';
COMMENT ON COLUMN account_address.line1 IS 'personal: address';
COMMENT ON COLUMN account_address.line2 IS 'personal: address';
COMMENT ON COLUMN account_address.city IS 'personal: address';
COMMENT ON COLUMN account_address.region IS 'personal: address';
COMMENT ON COLUMN account_address.postal_code IS 'personal: address';
COMMENT ON COLUMN account_address.country IS 'personal: address';
COMMENT ON COLUMN account_address.phone IS 'personal: telephone number';

-- What somebody has said; of what is not here, preference_default() holds.
CREATE TABLE notification_preference (
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    channel text NOT NULL,
    topic text NOT NULL,
    is_enabled boolean NOT NULL,
    text_version text NOT NULL DEFAULT '', -- of the words that were agreed to
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, channel, topic),
    CONSTRAINT notification_preference_channel_known CHECK (channel IN ('email', 'sms')),
    CONSTRAINT notification_preference_topic_known CHECK (topic IN ('orders', 'security', 'reviews', 'stock',
        'marketing')),
    CONSTRAINT notification_preference_text_is_short CHECK (length(text_version) <= 64)
);
COMMENT ON COLUMN notification_preference.is_enabled IS 'personal: consent';
COMMENT ON COLUMN notification_preference.text_version IS 'personal: consent';
COMMENT ON COLUMN notification_preference.changed_at IS 'personal: consent';

-- Who bought must hear of the order, and whose account it is of its safety.
CREATE FUNCTION preference_is_fixed(channel text, topic text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT channel = 'email' AND topic IN ('orders', 'security')
$$;
CREATE FUNCTION preference_default(channel text, topic text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT channel = 'email' AND topic <> 'marketing'
$$;
ALTER TABLE notification_preference ADD CONSTRAINT notification_preference_cannot_be_off
    CHECK (is_enabled OR NOT preference_is_fixed(channel, topic));

-- Whether whoever has that address wants to hear of it. Consent to marketing
-- counts once the address is proved to be theirs.
CREATE FUNCTION notification_wanted(address text, asked_channel text, asked_topic text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT preference_is_fixed(asked_channel, asked_topic) OR coalesce(
        (SELECT p.is_enabled AND (p.topic <> 'marketing' OR a.email_verified_at IS NOT NULL)
           FROM account a JOIN notification_preference p ON p.account_id = a.id
          WHERE a.email = lower(address) AND p.channel = asked_channel AND p.topic = asked_topic),
        preference_default(asked_channel, asked_topic))
$$;

-- Each word that was given or taken back, for whoever must show it later.
CREATE TABLE consent_change (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    channel text NOT NULL,
    topic text NOT NULL,
    is_enabled boolean NOT NULL,
    text_version text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX consent_change_account ON consent_change (account_id, at);
COMMENT ON COLUMN consent_change.is_enabled IS 'personal: consent';
COMMENT ON COLUMN consent_change.text_version IS 'personal: consent';
COMMENT ON COLUMN consent_change.at IS 'personal: consent';
CREATE TRIGGER consent_change_stays BEFORE UPDATE ON consent_change
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION consent_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO consent_change (account_id, channel, topic, is_enabled, text_version, at)
    VALUES (NEW.account_id, NEW.channel, NEW.topic, NEW.is_enabled, NEW.text_version, NEW.changed_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER consent_changed AFTER INSERT OR UPDATE ON notification_preference
    FOR EACH ROW EXECUTE FUNCTION consent_changed();

-- Orders that a guest placed with the verified address of an account become
-- the account's: how many. Each once, in order, so that two cannot deadlock.
CREATE FUNCTION orders_claim(claimer uuid) RETURNS bigint LANGUAGE sql AS $$
    WITH found AS (
        SELECT o.id FROM orders o JOIN account a ON lower(o.email) = a.email
         WHERE a.id = claimer AND a.is_active AND a.email_verified_at IS NOT NULL
           AND o.account_id IS NULL AND o.number IS NOT NULL
         ORDER BY o.id FOR NO KEY UPDATE OF o
    ), claimed AS (
        UPDATE orders o SET account_id = claimer, updated_at = now(), version = version + 1
          FROM found f WHERE o.id = f.id AND o.account_id IS NULL RETURNING o.id
    ), told AS (
        INSERT INTO order_event (order_id, kind, actor, actor_id, is_public)
        SELECT id, 'order.claimed', 'customer', claimer, false FROM claimed
    )
    SELECT count(*) FROM claimed
$$;

-- However an address comes to be verified: by mail, a reset, a provider.
CREATE FUNCTION account_email_proved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_claim(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER account_email_proved AFTER UPDATE OF email, email_verified_at ON account FOR EACH ROW
    WHEN (NEW.email_verified_at IS NOT NULL AND (OLD.email_verified_at IS NULL OR OLD.email <> NEW.email))
    EXECUTE FUNCTION account_email_proved();
CREATE TRIGGER account_made_proved AFTER INSERT ON account FOR EACH ROW
    WHEN (NEW.email_verified_at IS NOT NULL) EXECUTE FUNCTION account_email_proved();
