-- The key of each series, in table order.
select
    series.series_key,
    series.series_id,
    series.suite,
    series.benchmark,
    series.params,
    series.variant,
    series.metric,
    series.unit,
    machines.label as machine,
    series.direction,
    series.kind
from series
join machines using (machine_key)
order by
    series.suite, series.benchmark, series.params, series.variant, series.metric, machines.label,
    series.series_id
