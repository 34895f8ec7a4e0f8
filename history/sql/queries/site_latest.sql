-- The newest point of every series, for the JSON download.
select
    series_id, suite, benchmark, params, variant, metric, unit, direction, machine,
    commit_sha, commit_time, run_id, status, reason, value, low, high, n
from latest
order by suite, benchmark, params, variant, metric, machine, series_id
