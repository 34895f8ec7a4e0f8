-- Duets of the incoming rows.
insert into duets
select
    run_id,
    started_at,
    duration_s,
    project,
    origin,
    source,
    profile,
    tool_version,
    run_warnings,
    environment,
    commit_sha,
    commit_time,
    commit_subject,
    commit_branch,
    commit_tag,
    dirty,
    base_sha,
    base_time,
    base_subject,
    machine_id,
    machine_name,
    cpu_model,
    cores,
    memory_gib,
    gpu,
    file,
    coalesce(ci_url, '')
from incoming
where row = 'duet'
order by started_at, run_id
