-- Unit and direction of every series.
select series_id, unit, direction
from series
order by series_id
