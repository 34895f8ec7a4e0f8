-- Why points are absent.
select series_key, run_key, reason
from points
where reason <> ''
order by series_key, run_key
