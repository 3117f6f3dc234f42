-- Fails where a server takes writes; leaves nothing behind.
BEGIN;
DO $$
BEGIN
  CREATE TABLE switch_trial ();
  RAISE EXCEPTION 'it takes writes';
EXCEPTION WHEN read_only_sql_transaction THEN NULL;
END $$;
ROLLBACK;
