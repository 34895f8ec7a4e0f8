-- Runs, newest first, with counts of their points and the reason of an exclusion. A duet also has
-- its base.
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
    coalesce(corrections.left_out, '') as left_out,
    'collection' as kind,
    '' as base,
    runs.position
from runs
join commits using (commit_key)
join machines using (machine_key)
left join points using (run_key)
left join corrections using (run_id)
group by all
union all
select
    duets.run_id,
    duets.started_at,
    duets.head_sha as commit,
    duets.head_subject as subject,
    duets.dirty,
    duets.machine_name as machine,
    duets.project,
    duets.origin,
    duets.source,
    duets.profile,
    duets.duration_s,
    count(duet_points.run_id) as points,
    count(duet_points.run_id) filter (duet_points.status <> 'measured') as absent,
    duets.file,
    '' as left_out,
    'duet' as kind,
    duets.base_sha as base,
    null as position
from duets
left join duet_points using (run_id)
group by all
order by started_at desc, position desc, run_id
limit $count
