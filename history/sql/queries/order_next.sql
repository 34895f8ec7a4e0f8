-- Append the newest commit after all others.
update commits
set position = (select max(position) + 1 from commits)
where commit_key = (select max(commit_key) from commits)
