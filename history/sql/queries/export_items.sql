-- Items of the newest run that counts and holds any of this suite, in order of variant and item.
select
    items.suite,
    items.benchmark,
    items.params,
    items.variant,
    runs.run_id,
    items.item,
    items.facts,
    items.item_values,
    items.item_samples,
    items.fingerprint,
    coalesce(texts.content, '') as content,
    coalesce(left_out.metrics, []) as left_out,
    runs.started_at,
    commits.sha as commit_sha
from items
join runs using (run_key)
join commits using (commit_key)
left join texts using (text_key)
left join left_out
    on left_out.run_id = runs.run_id
    and left_out.suite = items.suite
    and left_out.benchmark = items.benchmark
    and left_out.params = items.params
    and left_out.variant = items.variant
where items.suite = $suite
    and runs.run_key = (
        select newest.run_key
        from runs as newest
        where exists (
            select 1
            from items as inside
            where inside.run_key = newest.run_key and inside.suite = $suite
        )
            and {run_not_excluded(newest.run_id)}
        order by newest.position desc
        limit 1
    )
order by items.benchmark, items.params, items.variant, items.item
