-- Runs of the incoming rows, in order of time.
insert into runs
select
    row_number() over (order by incoming.started_at, incoming.run_id)
        + (select coalesce(max(run_key), 0) from runs) as run_key,
    incoming.run_id,
    commits.commit_key,
    machines.machine_key,
    environments.environment_key,
    incoming.commit_sequence,
    incoming.started_at,
    incoming.duration_s,
    incoming.project,
    incoming.origin,
    incoming.source,
    incoming.profile,
    incoming.tool_version,
    incoming.dirty,
    incoming.run_warnings,
    incoming.file,
    0 as position,
    incoming.recorded_at,
    coalesce(incoming.ci_url, '')
from incoming
join commits
    on commits.sha = incoming.commit_sha and commits.commit_time = incoming.commit_time
join machines on machines.machine_id = incoming.machine_id
join environments on environments.environment = incoming.environment
where incoming.row = 'run'
order by run_key
