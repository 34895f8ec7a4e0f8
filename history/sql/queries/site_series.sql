-- The order in which pages list the series, and the machine of each.
select
    series_key,
    series_id,
    suite,
    benchmark,
    params,
    machine_key
from series
order by suite, benchmark, params, variant, metric, machine_key, series_id
