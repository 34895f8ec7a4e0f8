-- Runs and points the database holds of each ledger file.
select
    ledger_files.file,
    count(distinct runs.run_key) as runs,
    count(points.run_key) as points
from ledger_files
left join runs using (file)
left join points using (run_key)
group by ledger_files.file
order by ledger_files.file
