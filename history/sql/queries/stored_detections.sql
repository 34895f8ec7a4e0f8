-- The last stored detection of each series by detectors of this name.
select
    series_id,
    rules,
    inputs,
    points,
    n,
    enough_data,
    n_needed,
    n_further,
    sigma,
    rho,
    minimum_detectable_change,
    clipped,
    downweighted
from detections
where starts_with(rules, $name || ' ')
order by series_id
