-- Every correction that is held, with the ledger file it stands in.
select run_id, series_id, made_at::varchar as moment, file
from exclusions
order by run_id, series_id, moment, file
