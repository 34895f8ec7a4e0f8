-- The newest point of every series, for the JSON download, from the files of all points: the last
-- in commit order, of an abandoned commit only if there is no other.
with points as (
    select *
    from read_parquet($files, filename = true, file_row_number = true)
)
select
    series_id, suite, benchmark, params, variant, metric, unit, direction, machine,
    commit_sha, commit_time, run_id, status, reason, value, low, high, n
from points
where (filename, file_row_number) in (
    select arg_max((filename, file_row_number), (not abandoned, position, file_row_number))
    from points
    group by series_id
)
order by suite, benchmark, params, variant, metric, machine, series_id
