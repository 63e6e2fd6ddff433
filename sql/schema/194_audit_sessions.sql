-- 194_audit_sessions.sql - sessions that staff end are logged like the rest.
SELECT audit_table('session');
