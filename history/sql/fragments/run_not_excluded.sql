-- The run as a whole is not excluded. Argument: run id.
not exists (
    select 1
    from excluded
    where excluded.run_id = $1 and excluded.series_id = ''
)
