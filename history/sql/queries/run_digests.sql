-- What the points of every run say, as one number a run: the order of rows does not matter.
-- Numbers of two databases can be compared when one process makes both.
select
    runs.run_id,
    sum(hash(series.series_id, points.status, points.value, points.n, points.samples_ns)::hugeint)
from points
join runs using (run_key)
join series using (series_key)
group by runs.run_id
