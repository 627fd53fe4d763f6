//! Patient data born in social welfare: passed on under the mandate of a purchased service, and never
//! stored as a document here (DIS-08).

mod mandate;
mod pass_on;
mod state;

pub use pass_on::KIND as PATIENT_DATA;
