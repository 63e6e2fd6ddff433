-- 211_grants.sql - nobody gives what they may not do, by an invitation either.

CREATE FUNCTION account_is_owner(account uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM account_role g JOIN role r ON r.id = g.role_id
                    WHERE g.account_id = account AND r.is_owner)
$$;

-- Whether who invited may still do so, and all that its roles allow: who was
-- allowed more when the mail went out does not come back by it.
CREATE FUNCTION invitation_holds(i staff_invitation) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT i.invited_by IS NULL OR EXISTS (
        SELECT FROM account b
         WHERE b.id = i.invited_by AND b.is_active AND b.is_staff AND 'staff.write' = ANY (b.permissions)
           AND NOT EXISTS (SELECT FROM staff_invitation_role g JOIN role r ON r.id = g.role_id
                            WHERE g.invitation_id = i.id
                              AND (NOT r.permissions <@ b.permissions OR (r.is_owner AND NOT account_is_owner(b.id)))))
$$;
