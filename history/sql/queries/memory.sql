-- Memory over the iterations of each of the newest nights (all nights where $nights is null) of
-- every method with a growth rate, with the size of its model if measured.
with methods as (
    select series_key, series_id, suite, benchmark, params, variant, machine_key
    from series
    where metric = 'rss_growth_rate'
), rates as (
    select methods.*, points.run_key
    from methods
    join points using (series_key)
    join runs using (run_key)
    where points.status = 'measured'
        and {not_excluded(runs.run_id, methods.series_id)}
    qualify $nights is null or row_number() over (
        partition by points.series_key
        order by runs.position desc
    ) <= $nights
), beside as (
    select
        series.suite,
        series.benchmark,
        series.params,
        series.variant,
        series.machine_key,
        series.metric,
        points.run_key,
        points.value,
        points.samples
    from points
    join series using (series_key)
    join runs using (run_key)
    where series.metric in ('rss', 'model_size') and points.status = 'measured'
        and {not_excluded(runs.run_id, series.series_id)}
)
select
    rates.series_id,
    rates.run_key,
    any_value(beside.samples) filter (beside.metric = 'rss') as rss,
    max(beside.value) filter (beside.metric = 'model_size') as model_bytes
from rates
join beside
    on beside.run_key = rates.run_key
    and beside.suite = rates.suite
    and beside.benchmark = rates.benchmark
    and beside.params = rates.params
    and beside.variant = rates.variant
    and beside.machine_key = rates.machine_key
group by rates.series_id, rates.run_key
order by rates.series_id, rates.run_key
