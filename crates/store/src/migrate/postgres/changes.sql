-- A number that is another one when anybody has made, changed or dropped something in the schema, an event trigger or
-- a publication: every row of the catalogs tells the transaction that wrote it.
WITH own AS (
    SELECT to_regnamespace(current_schema())::oid AS schema
), relation AS (
    SELECT c.oid, c.xmin, c.relkind FROM pg_class AS c, own WHERE c.relnamespace = own.schema
), written (row) AS (
    SELECT concat_ws(' ', 'class', oid, xmin) FROM relation
    UNION ALL
    SELECT concat_ws(' ', 'attribute', a.attrelid, a.attnum, a.xmin)
    FROM relation AS r JOIN pg_attribute AS a ON a.attrelid = r.oid
    WHERE r.relkind IN ('r', 'p') AND a.attnum > 0
    UNION ALL
    SELECT concat_ws(' ', 'default', d.oid, d.xmin)
    FROM relation AS r JOIN pg_attrdef AS d ON d.adrelid = r.oid
    UNION ALL
    SELECT concat_ws(' ', 'index', x.indexrelid, x.xmin)
    FROM relation AS r JOIN pg_index AS x ON x.indrelid = r.oid
    UNION ALL
    SELECT concat_ws(' ', 'constraint', k.oid, k.xmin)
    FROM relation AS r JOIN pg_constraint AS k ON k.conrelid = r.oid
    UNION ALL
    SELECT concat_ws(' ', 'trigger', t.oid, t.xmin)
    FROM relation AS r JOIN pg_trigger AS t ON t.tgrelid = r.oid
    UNION ALL
    SELECT concat_ws(' ', 'rule', w.oid, w.xmin)
    FROM relation AS r JOIN pg_rewrite AS w ON w.ev_class = r.oid
    UNION ALL
    SELECT concat_ws(' ', 'policy', p.oid, p.xmin)
    FROM relation AS r JOIN pg_policy AS p ON p.polrelid = r.oid
    UNION ALL
    SELECT concat_ws(' ', 'part', i.inhrelid, i.inhparent, i.xmin)
    FROM relation AS r JOIN pg_inherits AS i ON i.inhparent = r.oid
    UNION ALL
    SELECT concat_ws(' ', 'function', f.oid, f.xmin) FROM pg_proc AS f, own WHERE f.pronamespace = own.schema
    UNION ALL
    SELECT concat_ws(' ', 'operator', o.oid, o.xmin)
    FROM pg_operator AS o, own WHERE o.oprnamespace = own.schema
    UNION ALL
    SELECT concat_ws(' ', 'event trigger', e.oid, e.xmin) FROM pg_event_trigger AS e
    UNION ALL
    SELECT concat_ws(' ', 'publication', p.oid, p.xmin) FROM pg_publication AS p
    UNION ALL
    SELECT concat_ws(' ', 'published table', t.oid, t.xmin)
    FROM relation AS r JOIN pg_publication_rel AS t ON t.prrelid = r.oid
    UNION ALL
    SELECT concat_ws(' ', 'published schema', n.oid, n.xmin)
    FROM pg_publication_namespace AS n, own WHERE n.pnnspid = own.schema
)
SELECT coalesce(bit_xor(hashtextextended(row, 0)), 0) FROM written
