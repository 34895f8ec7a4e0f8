-- Every point with unit and direction, samples in the unit of the row.
select
    trend.series_id,
    trend.suite,
    trend.benchmark,
    trend.params,
    trend.variant,
    trend.metric,
    trend.unit,
    trend.direction,
    trend.machine,
    trend.commit_sha as commit,
    trend.commit_time,
    trend.run_id,
    trend.started_at as run_time,
    trend.origin,
    trend.project,
    trend.status,
    trend.reason,
    trend.value,
    trend.low,
    trend.high,
    trend.n,
    trend.qualifier,
    coalesce(
        list_transform(trend.samples_ns, lambda nanoseconds : nanoseconds / 1e9), trend.samples
    ) as samples
from trend
order by trend.series_id, trend.position
