-- The first fault in the rows of each loaded file, row by row.
with looked_at as (
    select
        filename,
        case
            when not regexp_full_match(run_id, '[0-9a-f]{32}') then 'a run_id that is not 32 hex digits'
            when not isfinite(started_at) or started_at not between $earliest and $latest
                then 'a time started_at outside of ' || $span
            when not isfinite(recorded_at) or recorded_at not between $earliest and $latest
                then 'a time recorded_at outside of ' || $span
            when not isfinite(commit_time) or commit_time not between $earliest and $latest
                then 'a time commit_time outside of ' || $span
            when not isfinite(base_time) or base_time not between $earliest and $latest
                then 'a time base_time outside of ' || $span
            when not isfinite(duration_s) or duration_s < 0 then 'a duration_s that is none'
            when commit_sha = '' or machine_name = '' then 'no name of its commit or machine'
            when origin not in ('measured', 'imported', 'simulated') then 'an origin that is not known'
            when not regexp_full_match(ci_url, 'https?://[A-Za-z0-9.:\[\]-]+(/[!#-;=?-~]*)?')
                or len(ci_url) > 500
                then 'a ci_url that is no address of the web'
            when cores < 0 or memory_gib < 0 then 'a machine of less than nothing'
            when row in ('point', 'duet point') and metric = '' then 'no name of its metric'
            when status not in ('measured', 'skipped', 'failed', 'invalid')
                then 'a status that is not known'
            when direction not in ('lower', 'higher', 'none') then 'a direction that is not known'
            when qualifier not in ('exact', 'about', 'below', 'above')
                then 'a qualifier that is not known'
            when side not in ('base', 'head') then 'a side that is neither base nor head'
            when n < 0 then 'n below zero'
            when (status = 'measured') <> (value is not null and isfinite(value))
                then 'a value where there is none, or none where there is one'
            when not (
                coalesce(isfinite(low), true)
                and coalesce(isfinite(high), true)
                and coalesce(isfinite(q1), true)
                and coalesce(isfinite(q3), true)
                and coalesce(isfinite(minimum), true)
                and coalesce(isfinite(maximum), true)
            ) then 'an aggregate that is no number'
            when len(list_filter(samples, lambda sample : sample is null or not isfinite(sample))) > 0
                or len(list_filter(samples_ns, lambda sample : sample is null)) > 0
                or len(list_filter(cpu_ns, lambda sample : sample is null)) > 0
                then 'a sample that is no number'
            when len(list_filter(preempted, lambda place : place is null or place < 0)) > 0
                or len(list_filter(rounds, lambda place : place is null or place < 0)) > 0
                or len(list_filter(processes, lambda place : place is null or place < 0)) > 0
                then 'a place of a sample that is none'
            when len(list_filter(run_warnings, lambda text : text is null)) > 0
                or len(list_filter(warnings, lambda text : text is null)) > 0
                or len(list_filter(commit_parents, lambda text : text is null)) > 0
                or len(list_filter(commit_lineage, lambda text : text is null or text = '')) > 0
                then 'a text that is missing'
        end as fault
    from incoming_files
)
select filename, min(fault) as fault
from looked_at
where fault is not null
group by filename
order by filename
