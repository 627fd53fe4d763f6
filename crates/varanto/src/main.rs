//! The program `varanto`.

fn main() {}
