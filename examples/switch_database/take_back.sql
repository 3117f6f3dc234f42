-- Has a server take writes again.
ALTER SYSTEM RESET default_transaction_read_only;
SELECT pg_reload_conf();
SELECT pg_sleep(1);
