-- Rows with invalid keys, by table; no rows when all is well.
select 'points' as orphaned, count(*) as n
from points
where series_key not in (select series_key from series)
    or run_key not in (select run_key from runs)
having n > 0
union all
select 'items', count(*) as n
from items
where run_key not in (select run_key from runs)
    or (text_key is not null and text_key not in (select text_key from texts))
having n > 0
union all
select 'duet_points', count(*) as n
from duet_points
where run_id not in (select run_id from duets)
having n > 0
union all
select 'runs', count(*) as n
from runs
where commit_key not in (select commit_key from commits)
    or machine_key not in (select machine_key from machines)
    or environment_key not in (select environment_key from environments)
having n > 0
union all
select 'series', count(*) as n
from series
where machine_key not in (select machine_key from machines)
having n > 0
order by orphaned
