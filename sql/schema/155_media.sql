-- 155_media.sql - how pictures are shown: their renditions' URLs, what a
-- product's list and page say of them, and the rule of the text beside them.

ALTER TABLE media
    ADD tries int NOT NULL DEFAULT 0 CHECK (tries >= 0), -- processes it took with it
    ADD CONSTRAINT media_type CHECK (content_type IN ('image/jpeg', 'image/png', 'image/webp', 'image/gif')),
    ADD CONSTRAINT media_ready CHECK (state <> 'ready' OR renditions <> '[]'),
    ADD CONSTRAINT media_refused CHECK (state <> 'refused' OR refusal <> '');
CREATE INDEX media_created ON media (created_at DESC, id);
CREATE INDEX media_processing ON media (updated_at) WHERE state = 'processing';
COMMENT ON COLUMN media.renditions IS
    'Smallest first: [{"key": name in the storage, "width", "height", "type", "bytes"}].';
COMMENT ON COLUMN media.storage_key IS 'Name of the original in the private part of the storage.';

-- Where the renditions are found: the setting media_base_url, written here by
-- the periodic media.place, so that SQL can say a whole URL.
CREATE TABLE media_place (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    base_url text NOT NULL DEFAULT '/media/',
    -- the last product whose card says it
    refreshed uuid NOT NULL DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff'
);
INSERT INTO media_place DEFAULT VALUES;

CREATE FUNCTION media_url(key text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT base_url || key FROM media_place
$$;
COMMENT ON FUNCTION media_url(text) IS
    'Of a rendition: "/media/NAME", for the client to resolve against the API''s '
    'origin; absolute when the setting media_base_url names another place.';

CREATE FUNCTION media_renditions(m media) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('url', media_url(r ->> 'key'),
               'width', r -> 'width', 'height', r -> 'height', 'type', r -> 'type') ORDER BY place), '[]')
      FROM jsonb_array_elements(m.renditions) WITH ORDINALITY AS e (r, place)
$$;

-- The one for a client that takes only one: the widest JPEG.
CREATE FUNCTION media_widest_url(m media) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT media_url(r ->> 'key') FROM jsonb_array_elements(m.renditions) AS r
     ORDER BY r ->> 'type' = 'image/jpeg' DESC, (r -> 'width')::int DESC LIMIT 1
$$;

CREATE FUNCTION media_json(product uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'alt', m.alt, 'width', m.width,
               'height', m.height, 'variant', pm.variant_id, 'url', media_widest_url(m),
               'renditions', media_renditions(m)) ORDER BY pm.position, m.id), '[]')
      FROM product_media pm JOIN media m ON m.id = pm.media_id
     WHERE pm.product_id = product AND m.state = 'ready'
$$;
COMMENT ON FUNCTION media_json(uuid) IS
    'The pictures of a product that can be shown, in order: [{"id", "alt", "width", "height", '
    '"variant", "url", "renditions": [{"url", "width", "height", "type"}]}]. URLs as media_url() '
    'says: "/media/NAME" or absolute. What was imported as a URL stands in product.images.';

CREATE FUNCTION media_first_url(product uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT media_url(r ->> 'key')
      FROM (SELECT m.renditions FROM product_media pm JOIN media m ON m.id = pm.media_id
             WHERE pm.product_id = product AND m.state = 'ready'
             ORDER BY pm.position, m.id LIMIT 1) AS first, jsonb_array_elements(first.renditions) AS r
     ORDER BY (r -> 'width')::int <= 480 DESC, abs((r -> 'width')::int - 480),
              r ->> 'type' = 'image/webp' DESC
     LIMIT 1
$$;
COMMENT ON FUNCTION media_first_url(uuid) IS
    'A rendition for a list: of the first picture the WebP that is 480 pixels wide, or the next '
    'narrower; as media_url() says. NULL when the product has no picture that can be shown.';

CREATE FUNCTION media_lacking_alt(product uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM product_media pm JOIN media m ON m.id = pm.media_id
                    WHERE pm.product_id = product AND btrim(m.alt) = '')
$$;
COMMENT ON FUNCTION media_lacking_alt(uuid) IS
    'Whether a picture of the product has no text beside it: such a product is not published. '
    'To be asked after the product was locked, in the transaction that publishes it.';

-- A card's image is the first picture, or else the first URL that was imported.
CREATE OR REPLACE FUNCTION card_of(products uuid[]) RETURNS SETOF card LANGUAGE sql STABLE AS $$
    SELECT p.id, v.id, p.slug, p.name, p.brand, c.slug, v.sku,
           coalesce(media_first_url(p.id), p.images ->> 0),
           (SELECT count(*) FROM variant o WHERE o.product_id = p.id AND o.is_active
               AND o.deleted_at IS NULL)::int,
           coalesce(r.count, 0), r.average, product_in_stock(p.id)
      FROM product p
      JOIN variant v ON v.product_id = p.id AND v.is_default
      LEFT JOIN product_rating r ON r.product_id = p.id
      LEFT JOIN category c ON c.id = p.category_id
     WHERE p.id = ANY (products) AND product_is_visible(p)
       AND EXISTS (SELECT 1 FROM variant o JOIN price ON price.variant_id = o.id
                    WHERE o.product_id = p.id AND o.is_active AND o.deleted_at IS NULL)
$$;

-- Makes SQL and the cards say where pictures are now; a batch of products at a
-- time, 0 when none is left. Nothing is written while nothing has moved.
CREATE FUNCTION media_follow(wanted text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    place media_place;
    batch uuid[];
BEGIN
    SELECT * INTO place FROM media_place;
    IF place.base_url = wanted AND place.refreshed = 'ffffffff-ffff-ffff-ffff-ffffffffffff' THEN
        RETURN 0;
    END IF;
    SELECT * INTO place FROM media_place FOR UPDATE;
    IF place.base_url <> wanted THEN
        UPDATE media_place SET base_url = wanted;
        place.refreshed := '00000000-0000-0000-0000-000000000000';
    END IF;
    batch := ARRAY(SELECT DISTINCT product_id FROM product_media
                    WHERE product_id > place.refreshed ORDER BY product_id LIMIT 200);
    IF cardinality(batch) > 0 THEN
        PERFORM listing_refresh(batch);
    END IF;
    UPDATE media_place SET refreshed = coalesce(batch[cardinality(batch)],
                                                'ffffffff-ffff-ffff-ffff-ffffffffffff');
    RETURN cardinality(batch);
END
$$;
