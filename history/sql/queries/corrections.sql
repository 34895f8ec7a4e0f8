-- Every correction that run files of earlier versions hold, with the file it stands in.
select run_id, series_id, made_at::varchar as moment, file
from exclusions
where file like '%.parquet'
order by run_id, series_id, moment, file
