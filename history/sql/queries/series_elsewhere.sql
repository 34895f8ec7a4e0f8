-- Incoming runs that have a series of a run of the history: the places of runs and the keys of those that
-- each is held against come as two lists.
with pairs as (
    select unnest($places) as run, unnest($runs) as run_key
), told as (
    select distinct run, list_extract($series, series + 1) as series_id
    from incoming_series
)
select distinct pairs.run, pairs.run_key
from pairs
join told using (run)
join points on points.run_key = pairs.run_key
join series on series.series_key = points.series_key and series.series_id = told.series_id
order by pairs.run, pairs.run_key
