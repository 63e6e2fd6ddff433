-- attempts.sql - a part of a transaction that may fail alone: db_attempt().

-- name: attempt_begin :exec
SAVEPOINT attempt;

-- name: attempt_keep :exec
RELEASE SAVEPOINT attempt;

-- name: attempt_undo :exec
ROLLBACK TO SAVEPOINT attempt;
