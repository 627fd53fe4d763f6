//! Plans and queries over SQLite: the only place of SQL.
