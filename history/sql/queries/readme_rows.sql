-- The newest point of each series, for a table; series that never ran are left out.
select
    suite, benchmark, params, variant, metric, unit, machine, commit_sha, started_at,
    value, low, high, qualifier, status
from latest
where status <> 'skipped'
order by suite, benchmark, params, variant, metric, machine
