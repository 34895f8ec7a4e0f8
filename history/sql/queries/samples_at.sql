-- Samples of given measured points, in base units.
select
    points.series_key,
    points.run_key,
    coalesce(
        list_transform(points.samples_ns, lambda sample: sample / 1e9), points.samples
    ) as samples
from (
    select
        unnest($series_keys::integer[]) as series_key,
        unnest($run_keys::integer[]) as run_key
) as wanted
join points using (series_key, run_key)
where points.status = 'measured'
    and len(coalesce(points.samples_ns, points.samples, [])) > 1
order by points.series_key, points.run_key
