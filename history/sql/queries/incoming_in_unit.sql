-- Convert incoming points of one unit to the unit of their series.
update incoming
set
    unit = $kept,
    value = value * $factor,
    low = low * $factor,
    high = high * $factor,
    q1 = q1 * $factor,
    q3 = q3 * $factor,
    minimum = minimum * $factor,
    maximum = maximum * $factor,
    samples = coalesce(
        list_transform(samples_ns, lambda sample : sample / 1e9 * $factor),
        list_transform(samples, lambda sample : sample * $factor)
    ),
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
