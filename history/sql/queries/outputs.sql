-- The outputs of the stages of every item, in every run that stored them, oldest run first.
select
    items.suite,
    items.benchmark,
    items.params,
    items.variant,
    items.item,
    runs.machine_key,
    runs.run_id,
    items.facts,
    items.item_values
from items
join runs using (run_key)
where items.facts like '%.shape":%'
    and {run_not_excluded(runs.run_id)}
order by
    items.suite, items.benchmark, items.params, items.variant, items.item,
    runs.position
