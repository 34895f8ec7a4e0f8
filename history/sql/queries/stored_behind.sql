-- Series whose stored answer is missing, came from other rules, or saw another number of points than
-- there are now.
with counted as (
    select points.series_key, count(*) as points
    from points
    where {point_not_excluded()}
    group by points.series_key
)
select series.series_key
from counted
join series using (series_key)
left join detections
    on detections.series_id = series.series_id
    and detections.rules = $rules
where detections.points is distinct from counted.points
order by series.series_key
