//! Use cases: gather, decide, plan, commit.
