//! The access rules of Varanto: facts in, decision out.
