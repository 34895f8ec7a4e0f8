-- Everything about the runs whose id or commit starts with a text, one row per run; a duet is known
-- by either of its commits.
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
    coalesce(corrections.left_out, '') as left_out,
    'collection' as kind,
    '' as base,
    '' as base_subject,
    runs.ci_url
from runs
join commits using (commit_key)
join machines using (machine_key)
join environments using (environment_key)
left join corrections using (run_id)
where starts_with(runs.run_id, $start) or starts_with(commits.sha, $start)
union all
select
    duets.run_id,
    duets.started_at,
    duets.duration_s,
    duets.head_sha as commit,
    duets.head_time as commit_time,
    duets.head_subject as subject,
    duets.head_branch as branch,
    duets.head_tag as tag,
    duets.dirty,
    duets.machine_name as machine,
    duets.cpu_model,
    duets.cores,
    duets.memory_gib,
    duets.gpu,
    duets.project,
    duets.origin,
    duets.source,
    duets.profile,
    duets.tool_version,
    duets.warnings,
    duets.environment,
    duets.file,
    '' as left_out,
    'duet' as kind,
    duets.base_sha as base,
    duets.base_subject,
    duets.ci_url
from duets
where starts_with(duets.run_id, $start)
    or starts_with(duets.head_sha, $start)
    or starts_with(duets.base_sha, $start)
order by started_at, run_id
