-- Why points are absent, and what measured ones warn of.
select series_key, run_key, reason, warnings
from points
where reason <> '' or len(warnings) > 0
order by series_key, run_key
