-- The bytes of a run file as they were when it was taken in; null for files that were taken in before,
-- until the next sync has seen them.
alter table ledger_files add column sha256 varchar;
