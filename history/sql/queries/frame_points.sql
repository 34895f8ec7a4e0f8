-- Every point of some series (all where $series is null), or the newest of each; series in the order in
-- which tables list them, points in commit order.
select
    series_id,
    suite,
    benchmark,
    params,
    variant,
    metric,
    unit,
    direction,
    machine,
    commit_sha,
    commit_time,
    run_id,
    value,
    low,
    high,
    n::bigint as n,
    status,
    reason,
    q1,
    q3,
    minimum,
    maximum,
    aggregate,
    qualifier,
    fingerprint,
    kind,
    subject,
    started_at,
    origin,
    project,
    profile,
    dirty,
    abandoned
from trend
where ($series::varchar[] is null or list_contains($series::varchar[], series_id))
    and (not $newest or (series_id, run_id) in (select (series_id, run_id) from latest))
order by suite, benchmark, params, variant, metric, machine, series_id, position
