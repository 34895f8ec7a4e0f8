-- The newest two measured points of every series of these suites, with the limits kept beside the
-- newest, in order of time.
select
    trend.suite,
    trend.benchmark,
    trend.params,
    trend.variant,
    trend.machine,
    trend.metric,
    trend.unit,
    trend.direction,
    trend.commit_sha,
    trend.value,
    trend.qualifier,
    environments.environment
from trend
join runs using (run_id)
join environments using (environment_key)
where trend.suite in (select unnest($suites))
    and trend.status = 'measured'
qualify row_number() over (partition by trend.series_id order by trend.position desc) <= 2
order by
    trend.suite, trend.benchmark, trend.params, trend.variant, trend.machine, trend.metric,
    trend.position
