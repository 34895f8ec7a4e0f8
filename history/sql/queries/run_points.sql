-- Points of one run for display.
select
    trend.suite,
    trend.benchmark,
    trend.params,
    trend.variant,
    trend.metric,
    trend.value,
    trend.low,
    trend.high,
    trend.unit,
    trend.n,
    trend.status,
    trend.reason
from trend
where trend.run_id = $run_id
order by trend.suite, trend.benchmark, trend.params, trend.variant, trend.metric
