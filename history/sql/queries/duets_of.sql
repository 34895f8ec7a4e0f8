-- Duets with this commit as head, newest first; without one, every duet.
select
    run_id,
    epoch_us(started_at) as started_us,
    project,
    origin,
    tool_version,
    warnings,
    head_sha,
    head_subject,
    head_branch,
    head_tag,
    dirty,
    base_sha,
    base_subject,
    machine_name,
    coalesce(environment ->> '$.duet.against', '') as asked,
    coalesce(environment ->> '$.duet."base is"' = 'merge base', false) as is_merge_base
from duets
where $head is null or head_sha = $head
order by started_at desc, run_id
