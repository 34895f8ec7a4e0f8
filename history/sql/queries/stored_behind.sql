-- Series whose stored detection is missing, of other rules, or of another number of points.
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
