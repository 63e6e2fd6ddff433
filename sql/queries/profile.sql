-- profile.sql - settings, addresses, preferences and guest orders of accounts.

-- name: profile_show :maybe readonly
SELECT a.id, a.email, a.first_name, a.last_name, a.phone, a.language, a.currency, a.time_zone,
    coalesce(p.is_enabled, false) AS marketing_consent, p.changed_at AS marketing_consent_at,
    nullif(p.text_version, '') AS marketing_consent_version, nullif(p.source, '') AS marketing_consent_source,
    a.is_staff,
    to_json(a.permissions) AS permissions, a.email_verified_at, a.created_at, a.updated_at, a.version
FROM account a LEFT JOIN notification_preference p
    ON p.account_id = a.id AND p.channel = 'email' AND p.topic = 'marketing'
WHERE a.id = $1 AND a.is_active;

-- name: profile_sold_in :maybe readonly
-- Whether anything has a price in that currency.
SELECT true WHERE EXISTS (SELECT FROM price WHERE currency = $1);

-- name: profile_update :one
-- A NULL leaves what there is, but language, currency and time zone: those
-- are set when the flag before them says so. $11: consent, $12 its text.
WITH changed AS (
    UPDATE account SET
        first_name = coalesce($2, first_name),
        last_name = coalesce($3, last_name),
        phone = coalesce($4, phone),
        language = CASE WHEN $5::boolean THEN $6 ELSE language END,
        currency = CASE WHEN $7::boolean THEN $8 ELSE currency END,
        time_zone = CASE WHEN $9::boolean THEN $10 ELSE time_zone END,
        updated_at = now(), version = version + 1
    WHERE id = $1
    RETURNING *
), told AS (
    INSERT INTO notification_preference AS p (account_id, channel, topic, is_enabled, text_version, source)
    SELECT id, 'email', 'marketing', $11::boolean, coalesce($12, ''), 'profile' FROM changed WHERE $11::boolean IS NOT NULL
    ON CONFLICT (account_id, channel, topic) DO UPDATE SET is_enabled = excluded.is_enabled,
        text_version = coalesce($12, p.text_version), changed_at = now(), source = excluded.source
    WHERE p.is_enabled <> excluded.is_enabled OR p.text_version <> coalesce($12, p.text_version)
    RETURNING is_enabled, text_version, changed_at, source
)
SELECT a.id, a.email, a.first_name, a.last_name, a.phone, a.language, a.currency, a.time_zone,
    coalesce(t.is_enabled, p.is_enabled, false) AS marketing_consent,
    coalesce(t.changed_at, p.changed_at) AS marketing_consent_at,
    nullif(coalesce(t.text_version, p.text_version), '') AS marketing_consent_version,
    nullif(coalesce(t.source, p.source), '') AS marketing_consent_source, a.is_staff,
    to_json(a.permissions) AS permissions, a.email_verified_at, a.created_at, a.updated_at, a.version
FROM changed a LEFT JOIN told t ON true LEFT JOIN notification_preference p
    ON p.account_id = a.id AND p.channel = 'email' AND p.topic = 'marketing';

-- name: address_list :page readonly
SELECT a.id, a.first_name, a.last_name, a.company, a.line1, a.line2, a.city, a.region, a.postal_code, a.country,
    a.phone, a.is_default_shipping, a.is_default_billing, a.created_at, a.updated_at, a.version,
    (SELECT count(*) FROM account_address a WHERE a.account_id = $1 [[filters]]) AS total_count
FROM account_address a WHERE a.account_id = $1 [[filters]]
ORDER BY [[order]] [[page]];

-- name: address_show :maybe readonly
SELECT id, first_name, last_name, company, line1, line2, city, region, postal_code, country, phone,
    is_default_shipping, is_default_billing, created_at, updated_at, version
FROM account_address WHERE id = $1 AND account_id = $2;

-- name: address_undefault :exec
-- Another becomes the default for goods ($2), for bills ($3). The account is
-- locked.
UPDATE account_address SET is_default_shipping = is_default_shipping AND NOT $2::boolean,
    is_default_billing = is_default_billing AND NOT $3::boolean, updated_at = now(), version = version + 1
WHERE account_id = $1 AND id IS DISTINCT FROM $4::uuid
    AND (is_default_shipping AND $2::boolean OR is_default_billing AND $3::boolean);

-- name: address_insert :maybe
-- No row when there are $14 already. The account is locked.
INSERT INTO account_address (account_id, first_name, last_name, company, line1, line2, city, region, postal_code,
    country, phone, is_default_shipping, is_default_billing)
SELECT $1::uuid, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::boolean, $13::boolean
WHERE (SELECT count(*) FROM account_address WHERE account_id = $1::uuid) < $14::bigint
RETURNING id, first_name, last_name, company, line1, line2, city, region, postal_code, country, phone,
    is_default_shipping, is_default_billing, created_at, updated_at, version;

-- name: address_update :maybe
-- A NULL leaves what there is.
UPDATE account_address SET
    first_name = coalesce($3, first_name), last_name = coalesce($4, last_name), company = coalesce($5, company),
    line1 = coalesce($6, line1), line2 = coalesce($7, line2), city = coalesce($8, city),
    region = coalesce($9, region), postal_code = coalesce($10, postal_code), country = coalesce($11, country),
    phone = coalesce($12, phone), is_default_shipping = coalesce($13::boolean, is_default_shipping),
    is_default_billing = coalesce($14::boolean, is_default_billing), updated_at = now(), version = version + 1
WHERE id = $2 AND account_id = $1
RETURNING id, first_name, last_name, company, line1, line2, city, region, postal_code, country, phone,
    is_default_shipping, is_default_billing, created_at, updated_at, version;

-- name: address_delete :maybe
DELETE FROM account_address WHERE id = $2 AND account_id = $1 RETURNING version;

-- name: preference_show :one readonly
-- Each channel by each topic.
SELECT json_agg(json_build_object('channel', c.channel, 'topic', t.topic,
    'is_enabled', coalesce(p.is_enabled, preference_default(c.channel, t.topic)),
    'is_fixed', preference_is_fixed(c.channel, t.topic), 'text_version', nullif(p.text_version, ''),
    'changed_at', time_text(p.changed_at)) ORDER BY c.place, t.place) AS preferences
FROM unnest(ARRAY['email', 'sms']) WITH ORDINALITY AS c (channel, place)
CROSS JOIN unnest(ARRAY['orders', 'security', 'reviews', 'stock', 'marketing']) WITH ORDINALITY AS t (topic, place)
LEFT JOIN notification_preference p ON p.account_id = $1 AND p.channel = c.channel AND p.topic = t.topic;

-- name: preference_put :exec
-- What is said again changes nothing, so that its time stays.
INSERT INTO notification_preference AS p (account_id, channel, topic, is_enabled, text_version, source)
SELECT $1::uuid, g.channel, g.topic, g.is_enabled::boolean, g.text_version, 'preferences'
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS g (channel, topic, is_enabled, text_version)
ON CONFLICT (account_id, channel, topic) DO UPDATE SET is_enabled = excluded.is_enabled,
    text_version = coalesce(nullif(excluded.text_version, ''), p.text_version), changed_at = now(),
    source = excluded.source
WHERE p.is_enabled <> excluded.is_enabled OR excluded.text_version NOT IN ('', p.text_version);

-- name: order_claim_own :maybe
-- Guest orders of the verified address become the account's.
SELECT email_verified_at IS NOT NULL AS is_verified, orders_claim(id) AS claimed
FROM account WHERE id = $1 AND is_active;
