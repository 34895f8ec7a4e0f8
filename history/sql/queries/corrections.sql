-- Every correction in run files of earlier versions, with its file.
select run_id, series_id, made_at::varchar as moment, file
from exclusions
where file like '%.parquet'
order by run_id, series_id, moment, file
