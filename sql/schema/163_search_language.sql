-- 163_search_language.sql - what shoppers mean by other words, and what they
-- sought and the shop had not.

CREATE TABLE search_synonym (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    -- 'both': each of the terms finds all; 'one_way': the first finds the others
    kind text NOT NULL DEFAULT 'both' CHECK (kind IN ('both', 'one_way')),
    terms text[] NOT NULL CHECK (cardinality(terms) BETWEEN 2 AND 20 AND '' <> ALL (terms)),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1
);

-- The same as ts_rewrite() takes it.
CREATE TABLE search_rewrite (
    synonym_id uuid NOT NULL REFERENCES search_synonym (id) ON DELETE CASCADE,
    target tsquery NOT NULL,
    substitute tsquery NOT NULL
);
CREATE INDEX search_rewrite_synonym ON search_rewrite (synonym_id);

-- Any of these terms, each with all its words.
CREATE FUNCTION search_any_of(terms text[]) RETURNS tsquery LANGUAGE plpgsql STABLE AS $$
DECLARE
    term text;
    found tsquery := '';
BEGIN
    FOREACH term IN ARRAY terms LOOP
        found := CASE WHEN numnode(found) = 0 THEN plainto_tsquery('shop', search_text(term))
                      ELSE found || plainto_tsquery('shop', search_text(term)) END;
    END LOOP;
    RETURN found;
END
$$;

CREATE FUNCTION search_synonym_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        DELETE FROM search_rewrite WHERE synonym_id = NEW.id;
        INSERT INTO search_rewrite (synonym_id, target, substitute)
        SELECT NEW.id, t.target, search_any_of(NEW.terms)
          FROM (SELECT plainto_tsquery('shop', search_text(term)) AS target
                  FROM unnest(CASE NEW.kind WHEN 'both' THEN NEW.terms ELSE NEW.terms[1:1] END) AS term) t
         WHERE numnode(t.target) > 0;
        -- words that mean something are not mistaken for misspelt ones
        INSERT INTO search_word (word, lexeme)
        SELECT DISTINCT w, coalesce((ts_lexize('english_stem', w))[1], w)
          FROM unnest(NEW.terms) AS term,
               unnest(tsvector_to_array(to_tsvector('shop_words', search_text(term)))) AS w
         WHERE length(w) <= 50
            ON CONFLICT (word) DO NOTHING;
    END IF;
    INSERT INTO change_log (kind) VALUES ('search_synonym');
    RETURN NULL;
END
$$;
CREATE TRIGGER search_synonym_written AFTER INSERT OR UPDATE OR DELETE ON search_synonym
    FOR EACH ROW EXECUTE FUNCTION search_synonym_written();

-- The question with what its words also mean.
CREATE OR REPLACE FUNCTION search_with_synonyms(sought tsquery) RETURNS tsquery LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF numnode(sought) = 0 OR NOT EXISTS (SELECT 1 FROM search_rewrite r WHERE sought @> r.target) THEN
        RETURN sought;
    END IF;
    RETURN ts_rewrite(sought, 'SELECT target, substitute FROM search_rewrite');
END
$$;

-- What was sought by day and not found; the text as the shopper wrote it, in
-- lower case, without the numbers of cards and telephones.
CREATE TABLE search_miss (
    day date NOT NULL DEFAULT current_date,
    query text NOT NULL CHECK (length(query) <= 100),
    searches bigint NOT NULL DEFAULT 1 CHECK (searches > 0),
    last_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (day, query)
) WITH (fillfactor = 70);

-- ---- while typing ----

-- All words of what is typed, the last one perhaps not to its end.
CREATE FUNCTION search_typed(typed text) RETURNS tsquery LANGUAGE plpgsql STABLE AS $$
DECLARE
    words text[] := regexp_split_to_array(btrim(regexp_replace(lower(unaccent(left(typed, 100))),
                                          '[^[:alnum:]]+', ' ', 'g')), ' ');
    last text := words[cardinality(words)];
    found tsquery;
BEGIN
    IF last = '' THEN
        RETURN '';
    END IF;
    found := (quote_literal(last) || ':*')::tsquery;
    IF numnode(plainto_tsquery('shop', last)) > 0 THEN
        found := found || plainto_tsquery('shop', last);
    END IF;
    IF numnode(plainto_tsquery('shop', array_to_string(trim_array(words, 1), ' '))) > 0 THEN
        found := plainto_tsquery('shop', array_to_string(trim_array(words, 1), ' ')) && found;
    END IF;
    RETURN found;
END
$$;
CREATE INDEX facet_typed ON facet (group_id, lower(label) text_pattern_ops);
