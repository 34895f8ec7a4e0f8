-- Every point as numbers: one sweep, sorted so that each series is one slice.
select
    points.series_key,
    points.run_key,
    case points.status
        when 'measured' then 0
        when 'skipped' then 1
        when 'failed' then 2
        else 3
    end::utinyint as status,
    coalesce(points.value, 'nan'::double) as value,
    coalesce(points.low, 'nan'::double) as low,
    coalesce(points.high, 'nan'::double) as high,
    points.n
from points
join runs using (run_key)
join commits using (commit_key)
where not exists (
    select 1
    from exclusions
    join series on series.series_key = points.series_key
    where exclusions.run_id = runs.run_id
        and (exclusions.series_id = '' or exclusions.series_id = series.series_id)
)
order by
    points.series_key, commits.commit_time, runs.sequence, runs.started_at, runs.run_id
