-- Points of the incoming duets, in the order of their file.
insert into duet_points
select
    run_id,
    side,
    suite,
    benchmark,
    params,
    variant,
    metric,
    unit,
    direction,
    kind,
    status,
    reason,
    value,
    n,
    coalesce(list_transform(samples_ns, lambda sample : sample / 1e9), samples, []),
    coalesce(rounds, []),
    coalesce(processes, []),
    coalesce(preempted, []),
    fingerprint,
    position
from incoming
where row = 'duet point'
order by run_id, position
