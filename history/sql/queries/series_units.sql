-- The unit of every series.
select series_id, unit
from series
order by series_id
