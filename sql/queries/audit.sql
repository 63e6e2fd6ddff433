-- audit.sql - who did what.

-- name: audit_begin :one
SELECT audit_begin($1);

-- name: audit_entry :exec
-- What is about to be done, or read, by the actor $1.
INSERT INTO audit_log (kind, actor_kind, actor_id, actor_name, request_id, address, action, object_type, object_id)
SELECT $2, a ->> 'kind', (a ->> 'id')::uuid, coalesce(a ->> 'name', ''), coalesce(a ->> 'request', ''),
    coalesce(a ->> 'address', ''), a ->> 'action', $3, $4
FROM (SELECT $1::jsonb AS a) j;

-- name: audit_list :page readonly slow
SELECT l.id, l.seq, l.at, l.kind, l.actor_kind, l.actor_id,
    coalesce((SELECT a.email FROM account a WHERE a.id = l.actor_id),
        (SELECT k.name FROM api_key k WHERE k.id = l.actor_id), l.actor_name) AS actor, l.request_id, l.address,
    l.action, l.object_type, l.object_id, l.change -> 'before' AS before, l.change -> 'after' AS after,
    l.change IS NULL AND l.change_hash IS NOT NULL AS is_erased, encode(l.hash, 'hex') AS hash
    [[count]], (SELECT count(*) FROM audit_log l WHERE true [[filters]]) AS total_count [[end]]
    [[cursor]]
FROM audit_log l
WHERE true [[filters]] [[after]]
ORDER BY [[order]] [[page]];

-- name: audit_find :maybe readonly
SELECT l.id, l.seq, l.at, l.kind, l.actor_kind, l.actor_id,
    coalesce((SELECT a.email FROM account a WHERE a.id = l.actor_id),
        (SELECT k.name FROM api_key k WHERE k.id = l.actor_id), l.actor_name) AS actor, l.request_id, l.address,
    l.action, l.object_type, l.object_id, l.change -> 'before' AS before, l.change -> 'after' AS after,
    l.change IS NULL AND l.change_hash IS NOT NULL AS is_erased, encode(l.hash, 'hex') AS hash
FROM audit_log l WHERE l.id = $1;

-- name: audit_seal :one
SELECT audit_seal($1::int);

-- name: audit_verify :one slow
SELECT checked, last_seq, encode(last_hash, 'hex'), erased, coalesce(flaw_seq, 0), flaw
FROM audit_verify($1, decode($2, 'hex'), $3::int);

-- name: audit_head :one readonly
SELECT seq, encode(hash, 'hex') FROM audit_head;
