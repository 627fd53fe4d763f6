-- What privacy officers review; column types as in 0001.

-- For use_log::list of what an organisation's staff did in the registers of others. The words stand in the
-- text of the query, so that the index serves it.
CREATE INDEX use_entry_by_staff ON use_entry (organisation, at, id) WHERE basis = 'register_access';
