-- The series whose id begins with a text; one for each benchmark, variant and metric.
select distinct suite, benchmark, params, variant, metric
from series
where starts_with(series_id, $start)
order by suite, benchmark, params, variant, metric
