-- The samples of every point of some series (all where $series is null) that has any, in base units and
-- in the order taken; processor time in seconds.
select
    trend.series_id,
    trend.suite,
    trend.benchmark,
    trend.params,
    trend.variant,
    trend.metric,
    trend.unit,
    trend.machine,
    trend.commit_sha,
    trend.commit_time,
    trend.run_id,
    trend.status,
    coalesce(
        list_transform(points.samples_ns, lambda sample : sample / 1e9), points.samples
    ) as samples,
    list_transform(points.cpu_ns, lambda sample : sample / 1e9) as cpu,
    points.preempted,
    points.rounds,
    points.processes
from trend
join series using (series_id)
join runs using (run_id)
join points
    on points.series_key = series.series_key
    and points.run_key = runs.run_key
where ($series::varchar[] is null or list_contains($series::varchar[], trend.series_id))
    and len(coalesce(points.samples_ns, points.samples, [])) > 0
order by
    trend.suite, trend.benchmark, trend.params, trend.variant, trend.metric, trend.machine,
    trend.series_id, trend.position
