-- Everything in the schema on the search path, as a name and how it is made. What a partition has from its
-- table is left out, and what cannot change what is stored or found: owners, rights, settings of storage,
-- statistics. Beside the schema: what runs where a schema is changed, and what sends its rows elsewhere.
WITH own AS (
    SELECT to_regnamespace(current_schema())::oid AS schema
), relation AS (
    -- What inherits from a table shows in it, wherever it lies.
    SELECT c.* FROM pg_class AS c, own
    WHERE c.relnamespace = own.schema
        OR EXISTS (SELECT 1 FROM pg_inherits AS i JOIN pg_class AS above ON above.oid = i.inhparent
            WHERE i.inhrelid = c.oid AND above.relnamespace = own.schema)
), part (name, form) AS (
    SELECT CASE r.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'
            WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'type' END
            || ' ' || r.oid::regclass,
        concat_ws(', ',
            CASE r.relpersistence WHEN 'p' THEN 'kept' ELSE 'not kept' END,
            'partitioned by ' || pg_get_partkeydef(r.oid),
            (SELECT string_agg('part of ' || i.inhparent::regclass, ', ' ORDER BY i.inhseqno)
                FROM pg_inherits AS i WHERE i.inhrelid = r.oid),
            pg_get_expr(r.relpartbound, r.oid),
            CASE WHEN r.relrowsecurity THEN 'rows are hidden' END,
            CASE WHEN r.relforcerowsecurity THEN 'from the owner too' END)
    FROM relation AS r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')

    UNION ALL
    SELECT 'column ' || r.oid::regclass || '.' || a.attname, f.form
    FROM relation AS r
    JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    CROSS JOIN LATERAL (SELECT concat_ws(' ',
        format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attcollation <> 0
            THEN 'COLLATE ' || (SELECT collname FROM pg_collation WHERE oid = a.attcollation) END,
        CASE WHEN a.attnotnull THEN 'NOT NULL' END,
        CASE WHEN a.attgenerated <> '' THEN 'generated' END,
        CASE WHEN a.attidentity <> '' THEN 'identity ' || a.attidentity::text END,
        'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)) AS form) AS f
    WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (
        SELECT 1 FROM pg_inherits AS i
        JOIN pg_attribute AS above ON above.attrelid = i.inhparent AND above.attname = a.attname
        LEFT JOIN pg_attrdef AS b ON b.adrelid = above.attrelid AND b.adnum = above.attnum
        WHERE i.inhrelid = r.oid AND r.relispartition
            AND (above.atttypid, above.atttypmod, above.attcollation, above.attnotnull, above.attgenerated)
                = (a.atttypid, a.atttypmod, a.attcollation, a.attnotnull, a.attgenerated)
            AND above.attidentity = a.attidentity
            AND pg_get_expr(b.adbin, b.adrelid) IS NOT DISTINCT FROM pg_get_expr(d.adbin, d.adrelid))

    UNION ALL
    SELECT 'index ' || x.indexrelid::regclass,
        concat_ws(' ',
            'ON ' || r.oid::regclass,
            CASE WHEN x.indisunique THEN 'UNIQUE' END,
            substring(pg_get_indexdef(x.indexrelid, 0, true) FROM 'USING .*'),
            CASE WHEN NOT (x.indisvalid AND x.indisready AND x.indislive) THEN 'NOT VALID' END)
    FROM relation AS r JOIN pg_index AS x ON x.indrelid = r.oid
    WHERE NOT (x.indisvalid AND r.relispartition
        AND EXISTS (SELECT 1 FROM pg_inherits AS i WHERE i.inhrelid = x.indexrelid))

    UNION ALL
    SELECT 'constraint ' || k.conname || ' of ' || r.oid::regclass,
        concat_ws(' ', pg_get_constraintdef(k.oid, true), CASE WHEN NOT k.convalidated THEN 'NOT VALID' END)
    FROM relation AS r JOIN pg_constraint AS k ON k.conrelid = r.oid
    WHERE k.conparentid = 0 AND k.contype IN ('c', 'f', 'p', 'u', 'x')

    UNION ALL
    SELECT 'sequence ' || r.oid::regclass,
        concat_ws(' ', format_type(s.seqtypid, NULL), 'from', s.seqstart, 'by', s.seqincrement, 'within',
            s.seqmin, s.seqmax, 'cached', s.seqcache, CASE WHEN s.seqcycle THEN 'and again' END)
    FROM relation AS r JOIN pg_sequence AS s ON s.seqrelid = r.oid

    -- The database's own, which hold references, show only where somebody has switched one off.
    UNION ALL
    SELECT 'trigger ' || t.tgname || ' on ' || r.oid::regclass,
        CASE WHEN t.tgenabled = 'O' THEN '' ELSE 'switched ' || t.tgenabled::text || ' ' END
            || pg_get_triggerdef(t.oid, true)
    FROM relation AS r JOIN pg_trigger AS t ON t.tgrelid = r.oid
    WHERE NOT t.tgisinternal OR t.tgenabled <> 'O'

    UNION ALL
    SELECT 'rule ' || w.rulename || ' on ' || r.oid::regclass, pg_get_ruledef(w.oid, true)
    FROM relation AS r JOIN pg_rewrite AS w ON w.ev_class = r.oid
    WHERE NOT (r.relkind IN ('v', 'm') AND w.rulename = '_RETURN')

    UNION ALL
    SELECT 'policy ' || p.polname || ' on ' || r.oid::regclass, p.polcmd::text
    FROM relation AS r JOIN pg_policy AS p ON p.polrelid = r.oid

    -- Also what would be taken for one of the database's.
    UNION ALL
    SELECT 'function ' || f.oid::regprocedure, md5(f.prosrc)
    FROM pg_proc AS f, own WHERE f.pronamespace = own.schema

    UNION ALL
    SELECT 'operator ' || o.oid::regoperator, o.oprcode::text
    FROM pg_operator AS o, own WHERE o.oprnamespace = own.schema

    -- Those of an extension came with it: that of Citus, those of who keeps an audit.
    UNION ALL
    SELECT 'event trigger ' || e.evtname, concat_ws(' ', e.evtevent, e.evtfoid::regprocedure)
    FROM pg_event_trigger AS e
    WHERE NOT EXISTS (SELECT 1 FROM pg_depend AS d
        WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = e.oid AND d.deptype = 'e')

    UNION ALL
    SELECT DISTINCT 'publication ' || p.pubname, 'of ' || p.schemaname
    FROM pg_publication_tables AS p WHERE p.schemaname = current_schema()
)
SELECT name, regexp_replace(form, '\s+', ' ', 'g') FROM part ORDER BY name COLLATE "C"
