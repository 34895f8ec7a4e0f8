-- Everything about the runs whose id or commit starts with a text, one row per run.
select
    runs.run_id,
    runs.started_at,
    runs.duration_s,
    commits.sha as commit,
    commits.commit_time,
    commits.subject,
    commits.branch,
    commits.tag,
    runs.dirty,
    machines.label as machine,
    machines.cpu_model,
    machines.cores,
    machines.memory_gib,
    machines.gpu,
    runs.project,
    runs.origin,
    runs.source,
    runs.profile,
    runs.tool_version,
    runs.warnings,
    environments.environment,
    runs.file,
    coalesce(corrections.left_out, '') as left_out
from runs
join commits using (commit_key)
join machines using (machine_key)
join environments using (environment_key)
left join corrections using (run_id)
where starts_with(runs.run_id, $start) or starts_with(commits.sha, $start)
order by runs.started_at, runs.run_id
