//! The files of secret keys: are they there, of the right form, and closed to others?

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use zeroize::Zeroizing;

use super::report::Report;
use super::text;
use crate::config::Config;

/// Looks at every key file. That a key fits its certificate is seen elsewhere.
pub(super) fn look(config: &Config, report: &mut Report) {
    let keys = &config.keys;
    for (key, file) in
        [("keys.master", &keys.master), ("keys.token", &keys.token), ("keys.log", &keys.log)]
    {
        let Some(text) = text(config, file, key, report).map(Zeroizing::new) else { continue };
        if is_key(&text) {
            look_at_readers(key, &config.path(file), report);
        } else {
            let to_do = "such a file holds 64 hexadecimal digits";
            report.wrong(format_args!("{key}: {} holds no key", file.display()), to_do);
        }
    }
    let own = Some(("server.key", &config.server.key));
    let signing = config.signing.as_ref().map(|signing| ("signing.key", &signing.key));
    let password = config.mail.as_ref().and_then(|mail| mail.password_file.as_ref());
    let password = password.map(|file| ("mail.password_file", file));
    let postgres = config.store.postgres.iter().flat_map(|section| {
        let password = section.password_file.as_ref();
        let password = password.map(|file| ("store.postgres.password_file", file));
        password.into_iter().chain(section.key.as_ref().map(|file| ("store.postgres.key", file)))
    });
    let secrets = config.notices.iter().filter_map(|notice| notice.secret_file.as_ref());
    let secrets = secrets.map(|file| ("notices.secret_file", file));
    let all = own.into_iter().chain(signing).chain(postgres).chain(password).chain(secrets);
    for (key, file) in all {
        let file = config.path(file);
        if file.is_file() {
            look_at_readers(key, &file, report);
        }
    }
}

/// 32 bytes in hexadecimal.
fn is_key(text: &str) -> bool {
    let digits = text.trim();
    digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn look_at_readers(key: &str, file: &Path, report: &mut Report) {
    let name = file.display();
    match fs::metadata(file).map(|data| data.permissions().mode()) {
        Ok(mode) if is_closed(mode) => {
            report.good(format_args!("{key}: {name}, for its owner alone"));
        }
        Ok(mode) => report.doubtful(
            format_args!("{key}: {name} is open to others (mode {:o})", mode & 0o777),
            format_args!("chmod 600 {name}"),
        ),
        Err(error) => report.wrong(format_args!("{key}: {name}: {error}"), "look at the file"),
    }
}

/// The bits of a mode that let the group or others read, write or run.
const OTHERS: u32 = 0o077;

/// Can none but the owner do anything with it?
const fn is_closed(mode: u32) -> bool {
    mode & OTHERS == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_64_hexadecimal_digits_with_a_line_end_or_not() {
        let key = "0aF9".repeat(16);
        assert!(is_key(&key) && is_key(&format!("{key}\n")));
        for wrong in ["", &key[1..], &format!("{key}0"), &key.replace('F', "g")] {
            assert!(!is_key(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_key_file_is_closed_when_only_its_owner_may_do_anything() {
        assert!(is_closed(0o100_600) && is_closed(0o100_400));
        for open in [0o644, 0o640, 0o604, 0o620, 0o610] {
            assert!(!is_closed(0o100_000 | open), "{open:o}");
        }
    }
}
