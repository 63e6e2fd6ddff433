-- 184_search_heat.sql - documents follow the bounds of what sells best in
-- batches until all stand right, however far the bounds have moved.

DROP FUNCTION search_heat_round();

-- Moves the bounds when their share is off by more than half.
CREATE FUNCTION search_heat_bounds() RETURNS void LANGUAGE sql SET jit = off AS $$
    UPDATE search_heat h SET (popularity, part) = (
        SELECT d.popularity, d.part FROM search_document d
         ORDER BY d.popularity DESC, d.part DESC
        OFFSET floor(h.share * (SELECT count(*) FROM search_document)) LIMIT 1)
     WHERE (SELECT count(*) FILTER (WHERE (d.popularity, d.part) >= (h.popularity, h.part))
                   NOT BETWEEN count(*) * h.share / 2 AND count(*) * h.share * 1.5
              FROM search_document d)
       AND EXISTS (SELECT FROM search_document)
$$;

-- Up to `most` documents that stand on the wrong side of them; those that
-- somebody is writing are left to the next round. How many.
CREATE FUNCTION search_heat_round(most int) RETURNS int LANGUAGE plpgsql SET jit = off AS $$
DECLARE
    moved int;
BEGIN
    UPDATE search_document d SET heat = w.heat
      FROM (SELECT o.product_id, f.heat
              FROM search_document o
             CROSS JOIN LATERAL (SELECT coalesce(max(h.heat), 0)::smallint AS heat FROM search_heat h
                                  WHERE (o.popularity, o.part) >= (h.popularity, h.part)) f
             WHERE o.heat <> f.heat
             LIMIT most FOR NO KEY UPDATE OF o SKIP LOCKED) w
     WHERE d.product_id = w.product_id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END
$$;

CREATE OR REPLACE FUNCTION search_tiers_count() RETURNS void LANGUAGE sql AS $$
    INSERT INTO search_tier AS t
    SELECT n, coalesce(d.documents, 0)
      FROM generate_series(0, 20) n
      LEFT JOIN (SELECT search_tier_of(popularity) AS tier, count(*) AS documents
                   FROM search_document GROUP BY 1) d ON d.tier = n
        ON CONFLICT (tier) DO UPDATE SET documents = EXCLUDED.documents
         WHERE t.documents <> EXCLUDED.documents;
    SELECT search_heat_bounds()
$$;

-- What an import brought is counted at once, not at the next turn.
CREATE FUNCTION search_import_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE periodic SET next_at = least(next_at, now()) WHERE name = 'search.counts';
    RETURN NULL;
END
$$;
CREATE TRIGGER search_import_ended AFTER UPDATE ON import FOR EACH ROW
    WHEN (OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL) EXECUTE FUNCTION search_import_ended();
