-- The few points that carry words: why nothing was measured, warnings, how a number was stated.
select
    series_key,
    run_key,
    reason,
    warnings,
    qualifier
from points
where reason <> '' or len(warnings) > 0 or qualifier not in ('', 'exact')
order by series_key, run_key
