-- Every run in commit order with its commit and the keys of its machine and environment; an
-- excluded run has a reason.
select
    runs.run_key,
    runs.run_id,
    commits.sha,
    epoch_us(commits.commit_time) as commit_us,
    runs.sequence,
    commits.parents,
    commits.subject,
    commits.branch,
    commits.tag,
    runs.dirty,
    runs.machine_key,
    runs.environment_key,
    epoch_us(runs.started_at) as started_us,
    runs.duration_s,
    runs.project,
    runs.origin,
    runs.source,
    runs.profile,
    runs.tool_version,
    runs.warnings,
    coalesce(excluded.reason, '') as left_out,
    commits.position as place,
    commits.abandoned,
    runs.ci_url
from runs
join commits using (commit_key)
left join excluded on excluded.run_id = runs.run_id and excluded.series_id = ''
order by runs.position
