//! Parties outside social and health care: to whom a controller may disclose by law, what they ask for,
//! what is decided, and the package that is delivered once (DIS-07).

mod decide;
mod deliver;
mod end_recipient;
mod find;
mod met;
mod obstacle;
mod package;
mod receipt;
mod recipient;
mod record;
mod register_recipient;
mod search;
mod shown;
mod weigh;

pub use deliver::DeliveredPackage;
pub use obstacle::Obstacle;
pub use package::PackageSigner;
pub use recipient::ShownRecipient;
pub use search::RequestPage;
pub use shown::ShownRequest;
