//! A country in small, made from a seed: people, organisations, cases, rights, documents, wills – for measuring
//! growth and for tests at size.
//!
//! [`Country`] is pure: everything in it follows from its seed and a number, so that ten million documents
//! need no memory and anything can be asked for by itself. [`populate`] writes it into a store as the service
//! would have written it, sealed and signed; [`Place`] opens the folder that is left, with everybody's keys.
//! No person and no organisation in it is real.

mod control;
mod country;
mod dice;
mod failure;
mod fresh;
mod keys;
mod layout;
pub mod load;
mod made;
mod metadata;
mod organisations;
mod person;
mod place;
mod populate;
mod rows;
mod shapes;
mod template;
mod words;

pub use country::{Case, Country, Document, Kind, Producer, Reader, Size, Worker};
pub use dice::Dice;
pub use failure::Failure;
pub use fresh::Fresh;
pub use organisations::{Organisation, ServiceUnit, Staff, TASKS, Task};
pub use person::{MAX_PEOPLE, Person};
pub use place::{Place, Store};
pub use populate::{Effort, Progress, populate};
pub use shapes::{Shape, Shapes, ShapesError};
