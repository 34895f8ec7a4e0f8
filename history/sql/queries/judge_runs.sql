-- Every run in commit order, with its commit and the keys of its machine and environment.
select
    runs.run_key,
    runs.run_id,
    commits.sha,
    epoch_us(commits.commit_time) as commit_us,
    runs.sequence,
    commits.parents,
    commits.branch,
    commits.tag,
    epoch_us(runs.started_at) as started_us,
    runs.environment_key,
    runs.machine_key,
    runs.project,
    runs.origin,
    runs.profile
from runs
join commits using (commit_key)
order by commits.commit_time, runs.sequence, runs.started_at, runs.run_id
