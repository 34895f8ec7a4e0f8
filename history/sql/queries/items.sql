-- Utterances and files of the newest run of each benchmark and variant that has any, all variants of
-- a benchmark on the machine that was newest; repeats of the first ones only.
with held as (
    select distinct items.suite, items.benchmark, items.params, items.variant, items.run_key
    from items
), placed as (
    select
        held.*,
        runs.machine_key,
        row_number() over (
            partition by held.suite, held.benchmark, held.params
            order by
                runs.position desc, held.variant
        ) as place
    from held
    join runs using (run_key)
    where {run_not_excluded(runs.run_id)}
), newest as (
    select placed.suite, placed.benchmark, placed.params, placed.variant, placed.run_key
    from placed
    join placed as first
        on first.suite = placed.suite
        and first.benchmark = placed.benchmark
        and first.params = placed.params
        and first.machine_key = placed.machine_key
        and first.place = 1
    qualify row_number() over (
        partition by placed.suite, placed.benchmark, placed.params, placed.variant
        order by placed.place
    ) = 1
)
select
    items.suite,
    items.benchmark,
    items.params,
    items.variant,
    runs.run_id,
    items.item,
    items.facts,
    items.item_values,
    case
        when row_number() over (
            partition by items.suite, items.benchmark, items.params, items.variant
            order by items.item
        ) <= $most then items.item_samples
        else '{}'
    end as item_samples,
    items.fingerprint,
    coalesce(texts.content, '') as content,
    coalesce(left_out.metrics, []) as left_out
from newest
join items using (suite, benchmark, params, variant, run_key)
join runs using (run_key)
left join texts using (text_key)
left join left_out using (run_id, suite, benchmark, params, variant)
order by items.suite, items.benchmark, items.params, items.variant, items.item
