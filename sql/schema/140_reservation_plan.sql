-- 140_reservation_plan.sql - reservation empties in quiet hours. Cut to no page
-- by vacuum, it would be planned as one that is read whole, and that plan kept
-- by each connection while the next rush fills the table.
ALTER TABLE reservation SET (vacuum_truncate = off);
