-- The few points that carry words: why nothing was measured, or what a measurement warns of.
select series_key, run_key, reason, warnings
from points
where reason <> '' or len(warnings) > 0
order by series_key, run_key
