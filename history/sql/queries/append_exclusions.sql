-- Corrections of the incoming rows.
insert into exclusions
select
    run_id,
    coalesce(series_id, '') as series_id,
    reason,
    started_at as made_at,
    file
from incoming
where row = 'exclusion'
order by made_at, run_id, series_id
