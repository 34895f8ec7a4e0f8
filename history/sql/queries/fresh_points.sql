-- Indices of the incoming values that the history lacks: each series, commit and value is known as
-- often as it is stored. Commits and series are lists, to which the values refer by index.
with named as (
    select
        place,
        list_extract($series, series + 1) as series_id,
        list_extract($shas, sha + 1) as sha,
        if(isfinite(value), value, null) as value,
        row_number() over (partition by series, sha, value order by place) as nth
    from incoming_values
), known as (
    select series.series_id, commits.sha, points.value, count(*) as times
    from points
    join series using (series_key)
    join runs using (run_key)
    join commits using (commit_key)
    where commits.sha in (select unnest($shas))
    group by series.series_id, commits.sha, points.value
)
select named.place
from named
left join known
    on known.series_id = named.series_id
    and known.sha = named.sha
    and known.value is not distinct from named.value
where named.nth > coalesce(known.times, 0)
order by named.place
