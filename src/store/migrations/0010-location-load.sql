-- What locations with a limit have to do. Partial, though every row is in them: queries by SKU must not take them for their own.
create index position_by_location on position (location) where location <> '';
create index movement_by_location on movement (location, moved_at) where location <> '';
