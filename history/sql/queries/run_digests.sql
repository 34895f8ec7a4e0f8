-- One number for the points of every run, independent of their order. Numbers of two databases can
-- be compared when one process computes both.
select
    runs.run_id,
    sum(hash(series.series_id, points.status, points.value, points.n, points.samples_ns)::hugeint)
from points
join runs using (run_key)
join series using (series_key)
group by runs.run_id
