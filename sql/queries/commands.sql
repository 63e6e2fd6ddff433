-- commands.sql - statements of the subcommands.

-- name: doctor_clock :one readonly
SELECT clock_timestamp();
