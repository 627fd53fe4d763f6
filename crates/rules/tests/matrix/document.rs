//! What a document must have: rules W3, W6, W8.

use varanto_rules::{Action, Facts, Refusal, Rule};

use crate::base::Base;
use crate::parts::{ORGANISER, PRODUCER, TODAY, TOMORROW, document, oid, register};
use crate::{Break, hold};
use Action::{Annul, Read, Store, StoreVersion};

const STORING: &[Base] = &[
    Base::Own(Store),
    Base::Own(StoreVersion),
    Base::Right(Store),
    Base::Right(StoreVersion),
    Base::Wide(Store),
    Base::Wide(StoreVersion),
];

pub(crate) const OPENING: &[Break] = &[
    Break {
        what: "the register opens tomorrow",
        bases: STORING,
        change: |f| register(f).opens = Some(TOMORROW),
        refusals: &[(Rule::W3, Refusal::RegisterNotOpen)],
    },
    Break {
        what: "nobody has said when the register opens",
        bases: STORING,
        change: |f| register(f).opens = None,
        refusals: &[(Rule::W3, Refusal::RegisterNotOpen)],
    },
    Break {
        what: "the register opens today",
        bases: STORING,
        change: |f| register(f).opens = Some(TODAY),
        refusals: &[],
    },
    Break {
        what: "something is annulled in a register that is not open",
        bases: &[Base::Own(Annul), Base::Right(Annul)],
        change: |f| register(f).opens = None,
        refusals: &[],
    },
];

/// REQ REG-04: rule W3
#[test]
fn a_register_takes_documents_from_its_opening_day_on() {
    hold(OPENING);
}

fn unsigned(facts: &mut Facts) {
    document(facts).has_professional_signature = false;
}

pub(crate) const SIGNATURES: &[Break] = &[
    Break {
        what: "the signature is missing",
        bases: STORING,
        change: unsigned,
        refusals: &[(Rule::W8, Refusal::SignatureMissing)],
    },
    Break {
        what: "no card was shown",
        bases: STORING,
        change: |f| f.professional.card_shown = false,
        refusals: &[(Rule::W8, Refusal::SignatureMissing)],
    },
    Break {
        what: "the signature is missing, and is demanded from tomorrow on",
        bases: STORING,
        change: |f| {
            unsigned(f);
            register(f).professional_signatures_from = Some(TOMORROW);
        },
        refusals: &[],
    },
    Break {
        what: "the signature is missing, and is demanded from today on",
        bases: STORING,
        change: |f| {
            unsigned(f);
            register(f).professional_signatures_from = Some(TODAY);
        },
        refusals: &[(Rule::W8, Refusal::SignatureMissing)],
    },
    Break {
        what: "the signature is missing, and the controller demands none",
        bases: STORING,
        change: |f| {
            unsigned(f);
            register(f).professional_signatures_from = None;
        },
        refusals: &[],
    },
    Break {
        what: "the structure asks for none",
        bases: STORING,
        change: |f| {
            unsigned(f);
            document(f).asks_professional_signature = false;
        },
        refusals: &[],
    },
];

/// REQ SIG-02, SIG-04: rule W8
#[test]
fn a_professional_signature_is_demanded_from_the_controllers_day_on() {
    hold(SIGNATURES);
}

pub(crate) const RIGHT_TO_PRACTISE: &[Break] = &[
    Break {
        what: "the right to practise is not valid",
        bases: STORING,
        change: |f| f.professional.right_to_practise = Some(false),
        refusals: &[(Rule::W8, Refusal::AuthorNotEntitled)],
    },
    Break {
        what: "no register of rights to practise is known",
        bases: STORING,
        change: |f| f.professional.right_to_practise = None,
        refusals: &[],
    },
    Break {
        what: "one without the right stores what is signed by nobody, which is not demanded yet",
        bases: STORING,
        change: |f| {
            unsigned(f);
            register(f).professional_signatures_from = None;
            f.professional.right_to_practise = Some(false);
        },
        refusals: &[],
    },
    Break {
        what: "one without the right reads and annuls",
        bases: &[Base::Own(Read), Base::Own(Annul), Base::Right(Read), Base::Right(Annul)],
        change: |f| f.professional.right_to_practise = Some(false),
        refusals: &[],
    },
];

/// REQ AC-05: rule W8
#[test]
fn a_professional_signs_only_with_a_right_to_practise() {
    hold(RIGHT_TO_PRACTISE);
}

pub(crate) const AUTHORSHIP: &[Break] = &[
    Break {
        what: "the controller changes what a producer wrote",
        bases: &[Base::Own(StoreVersion), Base::Own(Annul), Base::Archive(Annul)],
        change: |f| document(f).author_organisation = oid(PRODUCER),
        refusals: &[],
    },
    Break {
        what: "a producer changes what the controller wrote",
        bases: &[Base::Right(StoreVersion), Base::Right(Annul), Base::Wide(StoreVersion)],
        change: |f| document(f).author_organisation = oid(ORGANISER),
        refusals: &[(Rule::W6, Refusal::NotTheAuthor)],
    },
    Break {
        what: "a producer annuls a clientship that the controller wrote",
        bases: &[Base::Wide(Annul)],
        change: |f| document(f).author_organisation = oid(ORGANISER),
        refusals: &[(Rule::W5, Refusal::NotUnderRegisterAccess), (Rule::W6, Refusal::NotTheAuthor)],
    },
];

/// REQ DOC-03, DOC-04: rule W6
#[test]
fn a_document_is_changed_by_its_writer_or_its_controller() {
    hold(AUTHORSHIP);
}
