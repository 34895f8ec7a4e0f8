-- Runs of imports at commits that incoming ones had before they were renamed, or that began when they did
-- at commits of which these tell nothing.
select runs.run_key, runs.run_id, commits.sha, runs.file, epoch_us(runs.started_at) as time
from runs
join commits using (commit_key)
where runs.origin = 'imported'
    and commits.sha not in (select unnest($shas))
    and (
        commits.sha in (select unnest($before))
        or epoch_us(runs.started_at) in (select unnest($times))
    )
    and {run_not_excluded(runs.run_id)}
order by runs.run_key
