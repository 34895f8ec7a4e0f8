-- Samples of every point of commits of some years that has any, in the order taken: times in whole
-- nanoseconds, others in the unit of the row. Rows of a series are adjacent. The query uses the
-- tables and not the view `trend`, which would sort every row again.
select
    series.series_id, series.suite, series.benchmark, series.params, series.variant, series.metric,
    series.unit, machines.label as machine, commits.sha as commit_sha, commits.commit_time,
    runs.run_id, points.samples_ns, points.samples
from points
join series using (series_key)
join runs using (run_key)
join commits using (commit_key)
join machines on machines.machine_key = series.machine_key
where year(commits.commit_time) between $first and $last
    and len(coalesce(points.samples_ns, points.samples, [])) > 0
    and {not_excluded(runs.run_id, series.series_id)}
order by series.series_id, runs.position
