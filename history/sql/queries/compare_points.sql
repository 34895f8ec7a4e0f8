-- The newest measurement of each series within some runs (all runs where $runs is null), or all
-- measurements where runs are pooled, with samples in base units. A series that was never measured
-- there has its newest absence. A series in $pinned_series takes the run in $pinned.
select
    series.series_id,
    series.suite,
    series.benchmark,
    series.params,
    series.variant,
    series.metric,
    series.unit,
    series.direction,
    series.kind,
    machines.label as machine,
    runs.run_id,
    commits.sha as commit,
    points.status,
    points.reason,
    points.value,
    points.n,
    coalesce(
        list_transform(points.samples_ns, lambda sample : sample / 1e9), points.samples, []
    ) as samples,
    coalesce(points.rounds, []) as rounds,
    coalesce(points.processes, []) as processes,
    coalesce(points.preempted, []) as preempted,
    points.fingerprint,
    try_cast(
        json_extract_string(environments.environment, '$.load."psi cpu share"') as double
    ) as waited
from points
join series using (series_key)
join runs using (run_key)
join commits using (commit_key)
join environments using (environment_key)
join machines on machines.machine_key = series.machine_key
where ($runs is null or list_contains($runs, runs.run_id))
    and (
        series.series_id not in (select unnest($pinned_series))
        or series.series_id || ' ' || runs.run_id in (select unnest($pinned))
    )
    and {not_excluded(runs.run_id, series.series_id)}
qualify $together or row_number() over (
    partition by points.series_key
    order by
        points.status = 'measured' desc,
        runs.position desc
) = 1
order by
    series.suite, series.benchmark, series.params, series.variant, series.metric, machines.label,
    runs.position
