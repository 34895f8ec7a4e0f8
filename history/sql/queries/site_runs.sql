-- Every run in commit order with its commit and the keys of its machine and environment.
select
    runs.run_key,
    runs.run_id,
    runs.machine_key,
    runs.environment_key,
    runs.started_at,
    runs.duration_s,
    runs.origin,
    runs.source,
    runs.profile,
    runs.tool_version,
    runs.dirty,
    runs.warnings,
    commits.sha,
    commits.commit_time,
    commits.subject,
    commits.branch,
    commits.tag
from runs
join commits using (commit_key)
where not exists (
    select 1
    from excluded
    where excluded.run_id = runs.run_id and excluded.series_id = ''
)
order by commits.commit_time, runs.sequence, runs.started_at, runs.run_id
