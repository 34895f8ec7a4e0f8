-- Forget the stored changes of these series, of every version of one detector.
delete from changes
where starts_with(rules, $name || ' ') and list_contains($series, series_id)
