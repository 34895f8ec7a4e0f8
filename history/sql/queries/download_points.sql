-- One row per point of commits of some years for the downloads: most columns of the view `trend`.
-- Only the columns that differ from point to point are sorted; names of series, runs and commits,
-- which are most of a row, are joined afterwards and keep the order.
select
    series.series_id, series.suite, series.benchmark, series.params, series.variant, series.metric,
    series.unit, series.direction, series.kind, machines.label as machine,
    commits.sha as commit_sha, commits.commit_time, commits.subject, runs.run_id, runs.started_at,
    runs.origin, runs.profile, runs.dirty,
    sorted.status, sorted.reason, sorted.value, sorted.low, sorted.high, sorted.n, sorted.q1,
    sorted.q3, sorted.minimum, sorted.maximum, sorted.aggregate, sorted.qualifier,
    sorted.fingerprint,
    runs.position, commits.abandoned
from (
    select
        points.series_key, points.run_key,
        points.status, points.reason, points.value, points.low, points.high, points.n, points.q1,
        points.q3, points.minimum, points.maximum, points.aggregate, points.qualifier,
        points.fingerprint
    from points
    join series using (series_key)
    join runs using (run_key)
    join commits using (commit_key)
    where year(commits.commit_time) between $first and $last
        and {not_excluded(runs.run_id, series.series_id)}
    order by series.series_id, runs.position
) as sorted
join series using (series_key)
join runs using (run_key)
join commits using (commit_key)
join machines on machines.machine_key = series.machine_key
