-- Both sides of one duet, in the order in which they were measured.
select
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
    samples,
    rounds,
    processes,
    preempted,
    fingerprint
from duet_points
where run_id = $run_id
order by position
