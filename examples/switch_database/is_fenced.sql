-- How far a server is fenced: `half` is read-only with sessions from before that.
SELECT CASE
  WHEN current_setting('default_transaction_read_only') = 'off' THEN 'open'
  WHEN EXISTS (
    SELECT FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
      AND backend_start < pg_conf_load_time()) THEN 'half'
  ELSE 'fenced'
END;
