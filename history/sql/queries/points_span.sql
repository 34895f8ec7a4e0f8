-- The number of points, and the first and last key of their series.
select count(*), coalesce(min(series_key), 0), coalesce(max(series_key), 0) from points
