-- Mark incoming points invalid whose unit cannot be converted to that of their series.
update incoming
set
    unit = $kept,
    status = case when status = 'measured' then 'invalid' else status end,
    reason = case when status = 'measured' then $reason else reason end,
    value = null,
    low = null,
    high = null,
    q1 = null,
    q3 = null,
    minimum = null,
    maximum = null,
    n = 0,
    samples = null,
    samples_ns = null
from (
    select incoming.rowid as place
    from incoming
    left join series using (series_id)
    where incoming.row in ('point', 'duet point')
        and incoming.unit = $written
        and series.unit is not distinct from $series_unit
) as found
where incoming.rowid = found.place
