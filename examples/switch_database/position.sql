-- Which cluster a server is of, and how far it has written or replayed the log, in bytes.
SELECT system_identifier, CASE
  WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn()
END - '0/0'
FROM pg_control_system();
