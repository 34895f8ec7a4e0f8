-- Samples of the newest measured points of each series, in base units, without excluded ones. The
-- points are chosen first, so that other samples are never read.
with newest as (
    select
        points.series_key,
        points.run_key,
        row_number() over (
            partition by points.series_key
            order by
                runs.position desc
        ) as age
    from points
    join series using (series_key)
    join runs using (run_key)
    where points.status = 'measured'
        and len(coalesce(points.samples_ns, points.samples, [])) > 1
        and {not_excluded(runs.run_id, series.series_id)}
    qualify age <= $newest
)
select
    points.series_key,
    points.run_key,
    coalesce(
        list_transform(points.samples_ns, lambda sample: sample / 1e9), points.samples
    ) as samples
from newest
join points using (series_key, run_key)
order by points.series_key, newest.age desc
