-- What does not count: why, by run, and which metrics, by the group of series that items belong to.
create view corrections as
    select
        run_id,
        string_agg(
            if(series_id = '', reason, 'series ' || series_id || ': ' || reason),
            '; ' order by series_id
        ) as left_out
    from excluded
    group by run_id;

create view left_out as
    select
        excluded.run_id, series.suite, series.benchmark, series.params, series.variant,
        list(series.metric) as metrics
    from excluded
    join series using (series_id)
    group by all;
