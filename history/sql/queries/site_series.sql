-- What each series is; in the order in which pages list them.
select
    series_key,
    series_id,
    suite,
    benchmark,
    params,
    variant,
    metric,
    unit,
    direction,
    kind,
    machine_key
from series
order by suite, benchmark, params, variant, metric, machine_key, series_id
