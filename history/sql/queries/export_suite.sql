-- Measured points of the newest run that holds any of this suite, samples in base units.
select
    trend.benchmark,
    trend.params,
    trend.variant,
    trend.metric,
    trend.value,
    coalesce(
        list_transform(trend.samples_ns, lambda nanoseconds : nanoseconds / 1e9), trend.samples
    ) as samples,
    trend.commit_sha as commit,
    trend.commit_time
from trend
where trend.suite = $suite
    and trend.status = 'measured'
    and trend.run_id = (
        select newest.run_id
        from trend as newest
        where newest.suite = $suite and newest.status = 'measured'
        order by newest.position desc
        limit 1
    )
order by trend.benchmark, trend.variant, trend.params, trend.metric
