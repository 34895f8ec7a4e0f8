-- What people decided in exclusions.toml goes before what run files of earlier versions say.
create or replace view excluded as
select run_id, series_id, reason, made_at
from exclusions
qualify row_number() over (
    partition by run_id, series_id
    order by file like '%.parquet', made_at desc, file desc
) = 1
    and reason <> ''
order by run_id, series_id;
