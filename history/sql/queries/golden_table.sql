-- The newest two measured points of every series of these suites, with the limits stored with the
-- newest, in order of time. The points are chosen first, by numbers only: environments are long
-- texts, and most histories have no such suite.
with chosen as (
    select series_key, series_id
    from series
    where suite in (select unnest($suites))
), newest as (
    select points.series_key, points.run_key, points.value, points.qualifier, runs.position
    from points
    join chosen using (series_key)
    join runs using (run_key)
    where points.status = 'measured'
        and {not_excluded(runs.run_id, chosen.series_id)}
    qualify row_number() over (partition by points.series_key order by runs.position desc) <= 2
)
select
    series.suite,
    series.benchmark,
    series.params,
    series.variant,
    machines.label as machine,
    series.metric,
    series.unit,
    series.direction,
    commits.sha,
    newest.value,
    newest.qualifier,
    environments.environment
from newest
join series using (series_key)
join machines using (machine_key)
join runs using (run_key)
join commits using (commit_key)
join environments using (environment_key)
order by
    series.suite, series.benchmark, series.params, series.variant, machines.label, series.metric,
    newest.position
