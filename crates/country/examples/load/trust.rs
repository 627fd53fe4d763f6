//! Whom the place trusts, for checking signatures here as the server does.

use varanto::config::Config;
use varanto_signatures::{Trust, TrustMaterial, certificates_from_pem, crls_from_pem};

/// The trust that a configuration describes.
pub(crate) fn trust(config: &Config) -> Trust {
    let section = &config.trust;
    let text = |file: &std::path::PathBuf| {
        std::fs::read_to_string(config.path(file)).expect("a file of the configuration")
    };
    let certificates = |files: &[std::path::PathBuf]| {
        let read = |file| certificates_from_pem(&text(file)).expect("certificates in PEM");
        files.iter().flat_map(read).collect()
    };
    let lists = section.revocation_lists.iter();
    let material = TrustMaterial {
        roots: certificates(&section.roots),
        system_issuers: certificates(&section.system_issuers),
        card_issuers: certificates(&section.card_issuers),
        crls: lists.flat_map(|f| crls_from_pem(&text(f)).expect("revocation lists")).collect(),
    };
    Trust::build(material, section.policies.clone()).expect("trust")
}
