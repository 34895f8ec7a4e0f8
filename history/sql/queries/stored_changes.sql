-- The last stored changes of detectors of this name, in the order of each series.
select
    series_id,
    position,
    previous_position,
    end_position,
    commit_sha,
    kind,
    status,
    change,
    low,
    high,
    before,
    after,
    n_before,
    n_after,
    statistic,
    sigma,
    rho,
    rule,
    rule_limit,
    rule_points,
    rule_steps,
    ignored,
    episode
from changes
where starts_with(rules, $name || ' ')
order by series_id, position, end_position
