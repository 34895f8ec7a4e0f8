-- Items of runs from removed files that differ from those in a loaded file, in either direction;
-- samples of thinned runs are ignored.
with held as (
    select
        runs.run_id, items.suite, items.benchmark, items.params, items.variant, items.item,
        items.facts, items.item_values,
        case when list_contains($thinned, runs.run_id) then '' else items.item_samples end as samples
    from items
    join runs using (run_key)
    where runs.file in (select unnest($gone))
), told as (
    select
        run_id, suite, benchmark, params, variant, item, facts, item_values,
        case when list_contains($thinned, run_id) then '' else item_samples end as samples
    from incoming_files
    where filename = $path and row = 'item'
        and run_id in (select runs.run_id from runs where runs.file in (select unnest($gone)))
)
(from held except from told)
union all
(from told except from held)
