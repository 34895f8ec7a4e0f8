-- Machines of the incoming rows that are not known yet. Two machines of one name get their id as a
-- suffix, so that labels are unique.
insert into machines
with fresh as (
    select distinct machine_id, machine_name, cpu_model, cores, memory_gib, gpu, gpu_driver
    from incoming
    where row = 'run' and machine_id not in (select machine_id from machines)
), numbered as (
    select
        fresh.*,
        row_number() over (order by machine_name, machine_id) as position,
        row_number() over (partition by machine_name order by machine_id) as namesake
    from fresh
)
select
    position + (select coalesce(max(machine_key), 0) from machines) as machine_key,
    machine_id,
    case
        when namesake > 1 or machine_name in (select label from machines)
            then machine_name || '~' || substr(machine_id, 1, 4)
        else machine_name
    end as label,
    machine_name,
    cpu_model,
    cores,
    memory_gib,
    gpu,
    gpu_driver
from numbered
order by position
