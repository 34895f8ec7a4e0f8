-- Every point that an importer brought: series, commit and value, to leave out what is known.
select series.series_id, commits.sha, points.value
from points
join series using (series_key)
join runs using (run_key)
join commits using (commit_key)
where runs.source = $source
order by series.series_id, commits.sha, points.value
