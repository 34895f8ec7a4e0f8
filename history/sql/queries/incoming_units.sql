-- Units of the incoming points beside those of their series; null where the series is new.
select distinct incoming.unit, series.unit as series_unit
from incoming
left join series using (series_id)
where incoming.row in ('point', 'duet point')
order by incoming.unit, series.unit
