-- Neither this run nor this series of it is excluded. Arguments: run id, series id.
not exists (
    select 1
    from excluded
    where excluded.run_id = $1
        and (excluded.series_id = '' or excluded.series_id = $2)
)
