-- The exclusions of the project as stored.
select run_id, series_id, reason, strftime(made_at, '%Y-%m-%d %H:%M:%S') as moment
from exclusions
where file = $file
order by run_id, series_id
