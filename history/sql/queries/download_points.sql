-- One row per point for the downloads: the columns of the view `trend` and a few more.
select
    series_id, suite, benchmark, params, variant, metric, unit, direction, kind, machine,
    commit_sha, commit_time, subject, run_id, started_at, origin, profile, dirty,
    status, reason, value, low, high, n, q1, q3, minimum, maximum, aggregate, qualifier, fingerprint,
    position, abandoned
from trend
order by series_id, position
