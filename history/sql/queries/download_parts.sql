-- The years of commits with points, their number of points, and a text that identifies the rows of
-- each year's file.
with run_points as (
    select run_key, count(*) as points
    from points
    group by run_key
),
known_series as (
    select md5(string_agg(concat_ws('|', series_id, unit, direction, kind, label), ',' order by series_id)) as name
    from series
    join machines using (machine_key)
),
left_out as (
    select md5(coalesce(string_agg(concat_ws('|', run_id, series_id), ',' order by run_id, series_id), '')) as name
    from excluded
)
select
    year(commits.commit_time) as year,
    sum(points)::bigint as points,
    md5(string_agg(
        concat_ws(
            '|', runs.run_id, points, runs.position, commits.abandoned, commits.sha, commits.commit_time,
            commits.subject, runs.started_at, runs.origin, runs.profile, runs.dirty
        ),
        ',' order by runs.position
    )) || any_value(known_series.name) || any_value(left_out.name) as made_of
from runs
join commits using (commit_key)
join run_points using (run_key)
cross join known_series
cross join left_out
group by year(commits.commit_time)
order by year
