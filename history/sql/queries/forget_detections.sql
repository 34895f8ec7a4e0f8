-- Forget the stored detections of these series, of every version of one detector.
delete from detections
where starts_with(rules, $name || ' ') and list_contains($series, series_id)
