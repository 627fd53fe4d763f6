//! The program: an open client data repository for social welfare.
