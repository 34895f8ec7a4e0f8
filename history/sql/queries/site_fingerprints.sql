-- Where the output of a benchmark changed: the first point of each fingerprint of each series.
select
    points.series_key,
    points.run_key,
    points.fingerprint
from points
join runs using (run_key)
join commits using (commit_key)
where points.fingerprint <> ''
qualify coalesce(
    lag(points.fingerprint) over (
        partition by points.series_key
        order by commits.commit_time, runs.sequence, runs.started_at, runs.run_id
    ) <> points.fingerprint,
    false
)
order by points.series_key, points.run_key
