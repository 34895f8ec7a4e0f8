-- Every point with unit and direction, samples in the unit of the row, and everything needed to
-- rebuild a history: machine, commit and aggregation.
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
    ) as samples,
    trend.aggregate,
    points.interval_method,
    trend.q1,
    trend.q3,
    trend.minimum,
    trend.maximum,
    trend.fingerprint,
    trend.subject as commit_subject,
    commits.branch as commit_branch,
    commits.tag as commit_tag,
    array_to_string(commits.parents, ';') as commit_parents,
    trend.dirty,
    trend.position,
    machines.name as machine_name,
    machines.cpu_model,
    machines.cores,
    machines.memory_gib,
    machines.gpu,
    machines.gpu_driver
from trend
join series using (series_id)
join machines using (machine_key)
join runs using (run_id)
join commits using (commit_key)
join points using (series_key, run_key)
order by trend.series_id, trend.position
