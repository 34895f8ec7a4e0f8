-- Every point of the series from $first to $last as numbers, or only of those in the list of keys
-- $series; unsorted, since the order follows from that of the runs.
select
    points.series_key,
    points.run_key,
    case points.status
        when 'measured' then 0
        when 'skipped' then 1
        when 'failed' then 2
        else 3
    end::utinyint as status,
    coalesce(points.value, 'nan'::double) as value,
    -- Two or three samples have no interval but a range, whatever was stored of them.
    points.n in (2, 3) and points.interval_method in ('range', 'student') as is_range,
    coalesce(
        case when is_range then coalesce(points.minimum, points.low) else points.low end,
        'nan'::double
    ) as low,
    coalesce(
        case when is_range then coalesce(points.maximum, points.high) else points.high end,
        'nan'::double
    ) as high,
    -- Quartiles of fewer than four samples say nothing about the spread.
    coalesce(
        case when points.n >= 4 then points.q3 - points.q1 end, 'nan'::double
    ) as spread,
    points.n::bigint as n,
    case points.qualifier
        when 'about' then 1
        when 'below' then 2
        when 'above' then 3
        else 0
    end::utinyint as qualifier,
    case when points.fingerprint = '' then 0 else hash(points.fingerprint) end::ubigint
        as fingerprint
from points
where points.series_key between $first and $last
    and ($series is null or points.series_key in (select unnest($series)))
    and {point_not_excluded()}
