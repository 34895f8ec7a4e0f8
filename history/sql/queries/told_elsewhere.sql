-- Incoming runs all of whose numbers stand in a run of the history: the places of runs and the keys of
-- those that each is held against come as two lists.
with pairs as (
    select unnest($places) as run, unnest($runs) as run_key
), told as (
    select run, list_extract($series, series + 1) as series_id, value, count(*) over (partition by run) as size
    from incoming_values
    where isfinite(value)
)
select told.run, pairs.run_key
from told
join pairs using (run)
join points on points.run_key = pairs.run_key and points.value = told.value
join series on series.series_key = points.series_key and series.series_id = told.series_id
group by told.run, pairs.run_key, told.size
having count(*) = told.size
order by told.run, pairs.run_key
