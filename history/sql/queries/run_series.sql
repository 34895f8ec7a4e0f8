-- Series that a run has a point of, left out or not.
select series.series_id
from points
join series using (series_key)
join runs using (run_key)
where runs.run_id = $run_id
order by series.series_id
