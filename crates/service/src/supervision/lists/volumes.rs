//! User-days with unusually many clients: more than a floor, and more than so many times the median of the
//! same role in the organisation over the time that is looked at. Pure.

use std::collections::BTreeMap;

use jiff::civil::Date;
use varanto_store::use_log::UserVolume;

use crate::supervision::item::Volume;
use crate::supervision::list::Thresholds;

/// What somebody used on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::supervision) struct UserDay {
    pub(in crate::supervision) day: Date,
    pub(in crate::supervision) used: UserVolume,
}

impl UserDay {
    /// Names it for good.
    pub(in crate::supervision) fn id(&self) -> String {
        format!("{}/{}/{}", self.used.organisation, self.used.user_id, self.day)
    }
}

/// The user-days that are unusual among all of them, in the order in which they come.
pub(in crate::supervision) fn unusual(
    days: Vec<UserDay>,
    thresholds: Thresholds,
) -> Vec<(UserDay, Volume)> {
    let mut groups: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    for UserDay { used, .. } in &days {
        let group = (used.organisation.clone(), used.role.clone());
        groups.entry(group).or_default().push(used.clients);
    }
    let medians: BTreeMap<_, f64> =
        groups.into_iter().map(|(group, counts)| (group, median(counts))).collect();
    let judged = days.into_iter().filter_map(|day| {
        let group = (day.used.organisation.clone(), day.used.role.clone());
        let median = medians.get(&group).copied().unwrap_or_default();
        let times = f64::from(thresholds.times_median) * median;
        let threshold = times.max(f64::from(thresholds.clients_a_day));
        let (clients, uses) = (day.used.clients, day.used.uses);
        let volume = Volume { clients, uses, median, threshold };
        (f64::from(clients) > threshold).then_some((day, volume))
    });
    judged.collect()
}

/// The middle one, or what lies between the two in the middle; 0 of nothing.
fn median(mut counts: Vec<u32>) -> f64 {
    counts.sort_unstable();
    let at = |index: usize| counts.get(index).copied().map_or(0.0, f64::from);
    let middle = counts.len() / 2;
    if counts.len() % 2 == 1 {
        at(middle)
    } else {
        f64::midpoint(at(middle.wrapping_sub(1)), at(middle))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use varanto_model::Oid;

    use super::*;

    fn day(user: u32, role: &str, clients: u32) -> UserDay {
        UserDay {
            day: Date::constant(2026, 9, 1),
            used: UserVolume {
                organisation: Oid::parse("1.2.246.10.99990001.10.0").unwrap(),
                user_id: format!("S-{user}"),
                user_name: "Esimerkki, Maija".to_owned(),
                role: Some(role.to_owned()),
                unit: None,
                clients,
                uses: clients * 2,
            },
        }
    }

    fn found(counts: &[u32]) -> Vec<u32> {
        let days = (1..).zip(counts).map(|(user, count)| day(user, "social_worker", *count));
        let found = unusual(days.collect(), Thresholds::default());
        found.into_iter().map(|(day, _)| day.used.clients).collect()
    }

    /// REQ LOG-06
    #[test]
    fn a_day_is_unusual_above_the_floor_and_three_times_the_median() {
        assert!(found(&[]).is_empty());
        assert!(found(&[5, 5, 30]).is_empty(), "so many are never unusual");
        assert_eq!(found(&[5, 5, 31]), [31]);
        assert!(found(&[20, 20, 60]).is_empty(), "three times as many as usual");
        assert_eq!(found(&[20, 20, 61]), [61]);
        assert!(found(&[1_000]).is_empty(), "nobody is unusual alone");
    }

    /// REQ LOG-06
    #[test]
    fn each_role_has_a_usual_number_of_its_own() {
        let many = (1..=3).map(|user| day(user, "service_desk", 90));
        let few = (4..=6).map(|user| day(user, "social_worker", 4));
        let days = many.chain(few).chain([day(7, "social_worker", 90)]).collect();
        let found = unusual(days, Thresholds::default());
        let told: Vec<_> = found.iter().map(|(day, volume)| (day.id(), volume.median)).collect();
        assert_eq!(told, [("1.2.246.10.99990001.10.0/S-7/2026-09-01".to_owned(), 4.0)]);
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        assert!((median(vec![]) - 0.0).abs() < f64::EPSILON);
        assert!((median(vec![9, 1, 5]) - 5.0).abs() < f64::EPSILON);
        assert!((median(vec![1, 2, 9, 4]) - 3.0).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn what_is_found_is_above_both_bounds_and_all_of_it(counts in prop::collection::vec(0..500_u32, 0..40)) {
            let mut expected = counts.clone();
            let middle = median(counts.clone());
            expected.retain(|count| *count > 30 && f64::from(*count) > 3.0 * middle);
            prop_assert_eq!(found(&counts), expected);
        }

        #[test]
        fn the_order_of_the_days_does_not_matter(counts in prop::collection::vec(0..500_u32, 0..40)) {
            let reversed: Vec<_> = counts.iter().copied().rev().collect();
            let mut found_reversed = found(&reversed);
            found_reversed.reverse();
            prop_assert_eq!(found(&counts), found_reversed);
        }

        #[test]
        fn at_most_half_of_the_days_are_unusual(counts in prop::collection::vec(0..500_u32, 0..40)) {
            prop_assert!(found(&counts).len() * 2 <= counts.len());
        }
    }
}
