-- Every run that is there already, duets among them.
select run_id from run_ids order by run_id
