-- The changes of the last upgrade to these rules.
select old_rules, new_rules, series_id, commit_sha, change, effect
from rule_upgrades
where new_rules = $rules
order by series_id, commit_sha, effect
