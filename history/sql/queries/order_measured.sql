-- Every commit with the start of its first and its last run, and the largest position in its line.
select
    commits.sha,
    commits.commit_time,
    commits.branch,
    commits.tag,
    commits.parents,
    commits.position,
    commits.abandoned,
    min(runs.started_at) as first_at,
    max(runs.started_at) as last_at,
    max(runs.sequence) as line
from commits
join runs using (commit_key)
group by all
order by commits.position
