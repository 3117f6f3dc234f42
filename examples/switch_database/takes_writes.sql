-- Fails where a server takes no writes; leaves nothing behind.
BEGIN;
CREATE TABLE switch_trial ();
ROLLBACK;
