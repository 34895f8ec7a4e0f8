-- The newest point of every series, for the JSON download, from the file of all points: its last row
-- there, which stand in commit order, but one of an abandoned commit only where there is no other.
with points as (
    select *
    from read_parquet($file, file_row_number = true)
)
select
    series_id, suite, benchmark, params, variant, metric, unit, direction, machine,
    commit_sha, commit_time, run_id, status, reason, value, low, high, n
from points
where file_row_number in (
    select arg_max(file_row_number, (not abandoned, position))
    from points
    group by series_id
)
order by suite, benchmark, params, variant, metric, machine, series_id
