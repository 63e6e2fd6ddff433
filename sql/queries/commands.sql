-- commands.sql - statements of the subcommands.

-- name: doctor_clock :one readonly
SELECT clock_timestamp();

-- name: seed_account_exists :one readonly
SELECT EXISTS (SELECT 1 FROM account WHERE email = $1);
