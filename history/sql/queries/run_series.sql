-- Series with a point in a run, excluded or not.
select series.series_id
from points
join series using (series_key)
join runs using (run_key)
where runs.run_id = $run_id
order by series.series_id
