-- Runs, newest first, with what was measured in them.
select
    runs.run_id,
    runs.started_at,
    commits.sha as commit,
    commits.subject,
    runs.dirty,
    machines.label as machine,
    runs.project,
    runs.origin,
    runs.source,
    runs.profile,
    runs.duration_s,
    count(points.run_key) as points,
    count(points.run_key) filter (points.status <> 'measured') as absent,
    runs.file
from runs
join commits using (commit_key)
join machines using (machine_key)
left join points using (run_key)
group by all
order by runs.started_at desc, runs.run_id
limit $count
