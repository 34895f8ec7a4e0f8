-- Incoming runs all of whose numbers stand in one of some runs of the history that began when they did.
with told as (
    select
        run,
        list_extract($series, series + 1) as series_id,
        list_extract($times, run + 1) as time,
        value,
        count(*) over (partition by run) as size
    from incoming_values
    where isfinite(value)
)
select told.run, min(runs.run_key) as run_key
from told
join runs on epoch_us(runs.started_at) = told.time and runs.run_key in (select unnest($runs))
join points on points.run_key = runs.run_key and points.value = told.value
join series on series.series_key = points.series_key and series.series_id = told.series_id
group by told.run, runs.run_key, told.size
having count(*) = told.size
order by told.run, run_key
