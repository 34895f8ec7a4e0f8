-- Every machine by label.
select machine_key, machine_id, label, cpu_model, cores, memory_gib, gpu, gpu_driver
from machines
order by label, machine_id
