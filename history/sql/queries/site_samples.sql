-- Samples of the newest measured points of each series, in base units.
select
    points.series_key,
    points.run_key,
    coalesce(
        list_transform(points.samples_ns, lambda sample: sample / 1e9), points.samples
    ) as samples,
    len(coalesce(points.preempted, [])) as preempted
from points
join runs using (run_key)
join commits using (commit_key)
where points.status = 'measured'
    and len(coalesce(points.samples_ns, points.samples, [])) > 1
qualify row_number() over (
    partition by points.series_key
    order by commits.commit_time desc, runs.sequence desc, runs.started_at desc, runs.run_id desc
) <= $newest
order by points.series_key, commits.commit_time, runs.sequence, runs.started_at, runs.run_id
