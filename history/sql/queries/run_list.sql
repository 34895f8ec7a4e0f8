-- Runs, newest first, with what was measured in them and why any of it does not count.
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
    runs.file,
    coalesce(corrections.left_out, '') as left_out
from runs
join commits using (commit_key)
join machines using (machine_key)
left join points using (run_key)
left join corrections using (run_id)
group by all
order by runs.started_at desc, runs.run_id
limit $count
