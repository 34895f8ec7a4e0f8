-- Series of the incoming points that are not known yet.
insert into series
with fresh as (
    select
        series_id,
        any_value(suite) as suite,
        any_value(benchmark) as benchmark,
        any_value(params) as params,
        any_value(variant) as variant,
        any_value(metric) as metric,
        arg_min(unit, (started_at, run_id)) as unit,
        arg_min(direction, (started_at, run_id)) as direction,
        arg_min(kind, (started_at, run_id)) as kind,
        any_value(machine_id) as machine_id
    from incoming
    where row = 'point' and series_id not in (select series_id from series)
    group by series_id
)
select
    row_number() over (order by suite, benchmark, params, variant, metric, series_id)
        + (select coalesce(max(series_key), 0) from series) as series_key,
    series_id,
    suite,
    benchmark,
    params,
    variant,
    metric,
    unit,
    direction,
    kind,
    machines.machine_key
from fresh
join machines using (machine_id)
order by series_key
