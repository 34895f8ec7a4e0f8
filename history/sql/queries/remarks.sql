-- The few points with texts: reasons of absences and warnings of measurements.
select series_key, run_key, reason, warnings
from points
where reason <> '' or len(warnings) > 0
order by series_key, run_key
