-- One row per point of commits of some years for the downloads: most columns of the view `trend`.
select
    series_id, suite, benchmark, params, variant, metric, unit, direction, kind, machine,
    commit_sha, commit_time, subject, run_id, started_at, origin, profile, dirty,
    status, reason, value, low, high, n, q1, q3, minimum, maximum, aggregate, qualifier, fingerprint,
    position, abandoned
from trend
where year(commit_time) between $first and $last
order by series_id, position
