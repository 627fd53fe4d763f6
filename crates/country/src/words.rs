//! Names and sentences: invented, in Finnish, and believable enough to be compressed and read like what
//! is written in social welfare.

use crate::dice::Dice;

/// Family names of clients and staff.
pub(crate) const FAMILY_NAMES: [&str; 64] = [
    "Aarnela",
    "Ahdela",
    "Alhonen",
    "Auranen",
    "Elomaa",
    "Eskolin",
    "Haapala",
    "Hakomaa",
    "Halmela",
    "Harjula",
    "Heinola",
    "Hietala",
    "Honkala",
    "Huhtela",
    "Hyvölä",
    "Iivarila",
    "Ilvesoja",
    "Jokela",
    "Junttila",
    "Jäppilä",
    "Kaarela",
    "Kallioja",
    "Kangasoja",
    "Karhula",
    "Katajala",
    "Kesälä",
    "Kivelä",
    "Koivuoja",
    "Kurjela",
    "Kuusela",
    "Lahdela",
    "Lampela",
    "Laurila",
    "Lehtola",
    "Leinola",
    "Lepistö",
    "Luhtala",
    "Mattila",
    "Metsola",
    "Mustola",
    "Mäkelä",
    "Niemelä",
    "Nurmela",
    "Ojala",
    "Paasola",
    "Palola",
    "Peltola",
    "Pihlaja",
    "Pöyhölä",
    "Rantala",
    "Ristola",
    "Saarela",
    "Salmela",
    "Sorsala",
    "Suomela",
    "Syrjälä",
    "Tammela",
    "Tuomela",
    "Törmälä",
    "Uotila",
    "Vainola",
    "Virtala",
    "Yrjölä",
    "Äijälä",
];

/// Given names.
pub(crate) const GIVEN_NAMES: [&str; 64] = [
    "Aada", "Aapo", "Aarne", "Aili", "Aino", "Anja", "Antti", "Arvo", "Eeva", "Eino", "Elina",
    "Elli", "Elsa", "Emil", "Emma", "Erkki", "Esko", "Eveliina", "Hanna", "Heikki", "Helmi",
    "Hilja", "Iida", "Ilmari", "Inkeri", "Irja", "Jaakko", "Joel", "Johanna", "Kaarina", "Kalle",
    "Katri", "Kerttu", "Kyllikki", "Lasse", "Lauri", "Leena", "Leevi", "Liisa", "Lyyli", "Maija",
    "Martta", "Matti", "Mikko", "Minna", "Niilo", "Noora", "Oiva", "Olavi", "Onni", "Outi",
    "Paavo", "Pentti", "Pirkko", "Raili", "Reino", "Saara", "Senja", "Taisto", "Tapio", "Toivo",
    "Tuula", "Väinö", "Yrjö",
];

/// The beginnings of the names of places: counties and producers are called by them.
pub(crate) const PLACES: [&str; 40] = [
    "Koivu",
    "Kanerva",
    "Kuusi",
    "Haapa",
    "Leppä",
    "Paju",
    "Kataja",
    "Tammi",
    "Pihlaja",
    "Vaahtera",
    "Honka",
    "Sarana",
    "Kielo",
    "Vuokko",
    "Orvokki",
    "Heinä",
    "Ruoho",
    "Suopursu",
    "Mustikka",
    "Puola",
    "Lakka",
    "Karpalo",
    "Joutsen",
    "Kurki",
    "Haikara",
    "Kuikka",
    "Tiira",
    "Lokki",
    "Varpu",
    "Sammal",
    "Jäkälä",
    "Kallio",
    "Hiekka",
    "Harju",
    "Notko",
    "Lampi",
    "Salmi",
    "Saari",
    "Niemi",
    "Selkä",
];

const BEGINNINGS: [&str; 24] = [
    "Asiakas kertoi",
    "Asiakas toi esille",
    "Keskustelussa todettiin",
    "Kotikäynnillä havaittiin",
    "Omainen ilmoitti puhelimitse",
    "Tapaamisessa sovittiin",
    "Työntekijä arvioi",
    "Neuvottelussa käytiin läpi",
    "Asiakkaan kanssa kartoitettiin",
    "Verkostopalaverissa muistutettiin",
    "Aiemman suunnitelman mukaan selvitettiin",
    "Hoitaja kirjasi",
    "Sosiaaliohjaaja varmisti",
    "Asiakas toivoi",
    "Perhe kuvasi",
    "Yhteydenotossa pyydettiin",
    "Seurannassa nousi esiin",
    "Palveluntuottaja raportoi",
    "Käynnin aikana tarkistettiin",
    "Asiakas arvioi itse",
    "Arvioinnissa huomioitiin",
    "Yhdessä pohdittiin",
    "Lähityöntekijä totesi",
    "Kuulemisessa esitettiin",
];

const MIDDLES: [&str; 32] = [
    "arjen sujumista ja päivärytmiä",
    "tuen tarvetta kotona asumisessa",
    "lääkkeiden jakelua ja seurantaa",
    "ruokailua ja kauppa-asioiden hoitoa",
    "liikkumista asunnossa ja ulkona",
    "apuvälineiden tarvetta",
    "taloudellista tilannetta ja maksujärjestelyjä",
    "lasten koulunkäyntiä",
    "vanhemmuuden voimavaroja",
    "yöunta ja jaksamista",
    "sosiaalisia suhteita ja harrastuksia",
    "kuljetuspalvelun matkoja",
    "omaishoitajan vapaapäivien järjestämistä",
    "asunnon muutostöitä",
    "henkilökohtaisen avun tunteja",
    "päihteiden käyttöä ja sen seurauksia",
    "työllistymisen edellytyksiä",
    "kuntouttavan työtoiminnan jaksoa",
    "tulkkauksen tarvetta",
    "turvallisuutta kodissa",
    "muistin muutoksia",
    "hygienian hoitoa",
    "siivouspalvelun jatkumista",
    "asumispalvelun vaihtoehtoja",
    "päivätoiminnan viikko-ohjelmaa",
    "tapaamisten toteutumista",
    "perhetyön tavoitteita",
    "tukihenkilön saamista",
    "lomitusta viikonlopuiksi",
    "verkoston yhteystietoja",
    "asiointia verkossa",
    "hakemuksen liitteitä",
];

const ENDS: [&str; 32] = [
    "ja tilanteeseen palataan seuraavalla käynnillä",
    "ja asiasta sovittiin jatkotapaaminen",
    "eikä muutosta edelliseen ole tapahtunut",
    "ja tavoitteeksi asetettiin itsenäisempi arki",
    "ja asiakas koki keskustelun hyödylliseksi",
    "sekä siihen liittyvää ohjausta annettiin suullisesti",
    "ja päätös annetaan kirjallisena tiedoksi",
    "ja palvelua jatketaan toistaiseksi",
    "joten käyntien määrää lisätään kahdella viikossa",
    "ja asiakas suostui ehdotettuun järjestelyyn",
    "vaikka omainen olisi toivonut nopeampaa etenemistä",
    "ja työntekijä ottaa yhteyttä kuukauden kuluttua",
    "ja suunnitelma tarkistetaan puolen vuoden päästä",
    "sekä vastuuhenkilöksi nimettiin oma työntekijä",
    "ja asiakas harkitsee asiaa rauhassa",
    "joskin väsymys vaikutti keskusteluun",
    "ja toimet jaettiin verkoston kesken",
    "mutta lisäselvitystä tarvitaan vielä",
    "ja palautetta annettiin puolin ja toisin",
    "ja oikaisuvaatimuksen mahdollisuudesta kerrottiin",
    "minkä vuoksi tukea vahvistetaan määräajaksi",
    "ja asiakas sai kirjallisen ohjeen mukaansa",
    "ja kotiin järjestetään lyhytaikainen apu",
    "ja aikaa varattiin uuteen arvioon",
    "niin että asiakas voi osallistua ryhmään",
    "ja edistymistä kuvattiin hyväksi",
    "ja kuljetus tilataan ennakkoon",
    "ja vaihtoehdot käydään läpi perheen kanssa",
    "eikä erityisiä huolia noussut esiin",
    "ja asia kirjattiin suunnitelmaan",
    "joten nykyinen palvelu riittää toistaiseksi",
    "ja kiitosta annettiin sitoutumisesta",
];

const TIMES: [&str; 16] = [
    "",
    " aamupäivällä",
    " viime viikolla",
    " kuluneen kuukauden aikana",
    " kevään aikana",
    " syksyn alussa",
    " edellisellä käynnillä",
    " puhelun aikana",
    " kotona",
    " toimistolla",
    " videoyhteydellä",
    " yhdessä omaisen kanssa",
    " tulkin avulla",
    " ensimmäisen kerran",
    " uudelleen",
    " sovitusti",
];

/// Sentences to write texts with.
#[derive(Debug)]
pub(crate) struct Sentences(Vec<String>);

/// So many different ones are in use.
const SENTENCES: usize = 4096;

impl Sentences {
    /// The sentences of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::at(seed, 0x5E, 0);
        let mut word = |list: &[&'static str]| dice.pick(list).copied().unwrap_or_default();
        let sentence = |_| {
            let (beginning, time) = (word(&BEGINNINGS), word(&TIMES));
            format!("{beginning}{time} {} {}.", word(&MIDDLES), word(&ENDS))
        };
        Self((0..SENTENCES).map(sentence).collect())
    }

    /// A text of about `size` bytes, of one sentence at least.
    pub(crate) fn text(&self, dice: &mut Dice, size: usize) -> String {
        let mut text = String::with_capacity(size + 160);
        while text.is_empty() || text.len() + 60 < size {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(dice.pick(&self.0).map_or("", String::as_str));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_need_no_escaping_in_json_or_xhtml_and_are_about_as_long_as_asked() {
        let sentences = Sentences::new(3);
        let mut dice = Dice::new(1);
        for size in [0, 100, 600, 5000] {
            let text = sentences.text(&mut dice, size);
            assert!(!text.contains(['"', '\\', '&', '<', '>', '\'', '\n']));
            assert!(text.len() < size + 240 && text.len() + 200 > size, "{size}: {}", text.len());
        }
    }
}
