//! Single values of examples, drawn from a seed.

/// The register of organisations and units as a code set.
pub(super) const ORGANISATIONS: &str = "1.2.246.537.6.202";

/// Numbers that follow from a seed (SplitMix64, Steele, Lea and Flood 2014). Not for secrets.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `bound` − 1.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// One of `list`.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let at = self.below(u64::try_from(list.len()).unwrap_or(u64::MAX));
        list.get(usize::try_from(at).unwrap_or_default())
    }

    /// A day: a birthday for a field of that name, in 2025 where something ends, else in 2024.
    pub(super) fn date(&mut self, field: &str) -> String {
        let ends = ["paatty", "poistu", "paattaa", "loppu"].iter().any(|part| field.contains(part));
        let year = match field {
            "syntymaaika" => 1940 + self.below(70),
            _ if ends => 2025,
            _ => 2024,
        };
        format!("{year}-{:02}-{:02}", self.below(12) + 1, self.below(28) + 1)
    }
}

/// A family name.
pub(super) fn family_name(dice: &mut Dice) -> &'static str {
    dice.pick(&["Testinen", "Esimerkki", "Kokeilija", "Mallikas", "Näytepää"])
        .copied()
        .unwrap_or("Testinen")
}

/// Given names.
pub(super) fn given_names(dice: &mut Dice) -> &'static str {
    dice.pick(&["Aino Maria", "Väinö", "Eila Helena", "Onni Åke", "Sisu"])
        .copied()
        .unwrap_or("Aino")
}

/// A personal identity code of a test person: individual number 900 to 999 (facts 3.3).
pub(super) fn identity_code(dice: &mut Dice) -> String {
    let date = format!("{:02}{:02}{:02}", dice.below(28) + 1, dice.below(12) + 1, dice.below(100));
    let number = format!("{:03}", 900 + dice.below(100));
    let check = check_character(&date, &number);
    format!("{date}-{number}{check}")
}

fn check_character(date: &str, number: &str) -> char {
    const CHARACTERS: &str = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    let value: usize = format!("{date}{number}").parse().unwrap_or_default();
    CHARACTERS.chars().nth(value % CHARACTERS.len()).unwrap_or('0')
}

/// A temporary identifier in the branch of a test organisation.
pub(super) fn temporary_identifier(dice: &mut Dice) -> String {
    format!("1.2.246.10.99990001.22.2024.{}", dice.below(100_000) + 1)
}
