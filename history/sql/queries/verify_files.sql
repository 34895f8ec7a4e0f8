-- Runs and points the database holds of each ledger file, duets among them.
with held as (
    select runs.file, runs.run_id, count(points.run_key) as points
    from runs
    left join points using (run_key)
    group by runs.file, runs.run_id
    union all
    select duets.file, duets.run_id, count(duet_points.run_id) as points
    from duets
    left join duet_points using (run_id)
    group by duets.file, duets.run_id
)
select
    ledger_files.file,
    count(held.run_id) as runs,
    coalesce(sum(held.points), 0)::bigint as points
from ledger_files
left join held using (file)
group by ledger_files.file
order by ledger_files.file
