-- The newest point of every series, for the JSON download: the last row of each in the file of all
-- points, which stand in commit order there.
with points as (
    select *
    from read_parquet($file, file_row_number = true)
)
select
    series_id, suite, benchmark, params, variant, metric, unit, direction, machine,
    commit_sha, commit_time, run_id, status, reason, value, low, high, n
from points
where file_row_number in (select max(file_row_number) from points group by series_id)
order by suite, benchmark, params, variant, metric, machine, series_id
