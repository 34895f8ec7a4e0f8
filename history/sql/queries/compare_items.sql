-- Item aggregates of some runs: what is needed to compare utterance by utterance.
select
    runs.run_id,
    items.suite,
    items.benchmark,
    items.params,
    items.variant,
    items.item,
    items.item_values
from items
join runs using (run_key)
where list_contains($runs, runs.run_id)
order by runs.run_id, items.suite, items.benchmark, items.params, items.variant, items.item
