//! A server under test, throw-away stores and builders. Only for tests.
