-- Runs of imports at these commits, from these sources, that began at these times, with the fields of the
-- machine that each is of: machines without a name, with one, or both.
select
    runs.run_key, runs.run_id, commits.sha, runs.file, epoch_us(runs.started_at) as time, runs.source,
    machines.name, machines.cpu_model, machines.cores, machines.memory_gib, machines.gpu, machines.gpu_driver
from runs
join commits using (commit_key)
join machines using (machine_key)
where runs.origin = 'imported'
    and commits.sha in (select unnest($shas))
    and runs.source in (select unnest($sources))
    and epoch_us(runs.started_at) in (select unnest($times))
    and (machines.name = $unknown) in (select unnest($nameless))
    and {run_not_excluded(runs.run_id)}
order by runs.run_key
