-- Neither the run nor the series of a row of `points` is excluded: by keys, where ids are not joined.
not exists (
    select 1
    from excluded
    join runs using (run_id)
    left join series using (series_id)
    where runs.run_key = points.run_key
        and (excluded.series_id = '' or series.series_key = points.series_key)
)
