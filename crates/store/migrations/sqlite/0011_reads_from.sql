-- Who can go on beside what has been applied: the number of the oldest migration that a program must know to
-- work with the schema though it does not know this migration. Null: it must know this one.
ALTER TABLE migration ADD COLUMN reads_from INTEGER;
