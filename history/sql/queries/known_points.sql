-- Every point: series, commit and value, to leave out of an import what is known.
select series.series_id, commits.sha, points.value
from points
join series using (series_key)
join runs using (run_key)
join commits using (commit_key)
order by series.series_id, commits.sha, points.value
