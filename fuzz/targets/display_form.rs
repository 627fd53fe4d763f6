//! Display forms: what is accepted opens nothing that a reader of HTML could run.
#![no_main]

use varanto_documents::display_form::check;
use varanto_model::Pointer;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if check(bytes, &Pointer::root()).is_err() {
        return;
    }
    let text = std::str::from_utf8(bytes).expect("only UTF-8 is accepted").to_ascii_lowercase();
    for opening in
        ["<script", "<iframe", "<object", "<embed", "<svg", "<math", "<form", "<link", "<base"]
    {
        assert!(!text.contains(opening), "accepted {opening}");
    }
});
