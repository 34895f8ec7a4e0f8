-- Runs of imports that began when incoming ones did, at commits of which these tell nothing.
select runs.run_key, commits.sha, runs.file
from runs
join commits using (commit_key)
where runs.origin = 'imported'
    and epoch_us(runs.started_at) in (select unnest($times))
    and commits.sha not in (select unnest($shas))
    and runs.run_id not in (select run_id from excluded where series_id = '')
order by runs.run_key
