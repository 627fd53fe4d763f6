-- The database and its two roles, once, by an administrator of the database server:
--
--     psql --set=ON_ERROR_STOP=1 --dbname=postgres --file=roles.sql
--     psql --dbname=postgres --command='\password varanto_owner' --command='\password varanto_server'
--
-- `varanto_owner` makes and changes the tables: `varanto migrate` runs as it, and nothing else does.
-- `varanto_server` is what the servers run as. What it may do stands in grants.sql.

CREATE ROLE varanto_owner LOGIN;
CREATE ROLE varanto_server LOGIN;

-- Order and case of text are the same on every machine and in every version of the system's libraries.
CREATE DATABASE varanto OWNER varanto_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';

-- Nobody gets in who is not named here, and nobody leaves anything behind.
REVOKE ALL ON DATABASE varanto FROM PUBLIC;
GRANT CONNECT ON DATABASE varanto TO varanto_server;
\connect varanto
REVOKE ALL ON SCHEMA public FROM PUBLIC;
