-- Runs that have utterances or files.
select run_id
from runs
where exists (select 1 from items where items.run_key = runs.run_key)
