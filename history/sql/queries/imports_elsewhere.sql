-- Runs of imports from these sources at the commits that incoming ones had before they were renamed, and
-- those whose ids end with the mark of a name that incoming ones have.
select runs.run_key, runs.run_id, commits.sha, runs.file, epoch_us(runs.started_at) as time
from runs
join commits using (commit_key)
where runs.origin = 'imported'
    and runs.source in (select unnest($sources))
    and (
        commits.sha in (select unnest($before))
        or right(runs.run_id, $digits) in (select unnest($marks))
    )
    and {run_not_excluded(runs.run_id)}
order by runs.run_key
