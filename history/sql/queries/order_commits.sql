-- Every commit with its sort key where the graph does not decide: its time, its number of first-
-- parent ancestors if known, its first measurement or import, the row of the import.
select
    commits.commit_key,
    commits.sha,
    epoch_us(commits.commit_time) as commit_us,
    max(if(runs.origin = 'imported', 0, runs.sequence)) as line,
    min(
        epoch_us(
            if(runs.origin = 'imported', coalesce(runs.recorded_at, runs.started_at), runs.started_at)
        )
    ) as first_us,
    min(if(runs.origin = 'imported', runs.sequence, 0)) as import_row,
    commits.branch,
    commits.tag,
    min(runs.started_at) as measured_at,
    commits.position,
    commits.abandoned
from commits
join runs using (commit_key)
group by all
order by commits.commit_key
