//! The course of a breach: which step may follow which, and how far it has come after them. Pure.
//!
//! Before it is closed a breach may be assessed again and again, the newest assessment counts, and notices
//! may come before the first one: the authority may be told in phases (GDPR, article 33(4)). What closing
//! demands goes by the risk.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varanto_store::breach::{BreachState, Progress, Risk};

/// A step, as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Step {
    /// What the breach means for those whom it concerns.
    Assessment {
        /// The risk to them.
        risk: Risk,
        /// How many they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        affected: Option<u32>,
        words: String,
    },
    /// The authority has been told (GDPR, article 33).
    AuthorityNotice {
        told_at: Timestamp,
        /// The authority's own name of the matter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Why it was told late.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delay_reason: Option<String>,
        words: String,
    },
    /// The persons have been told (GDPR, article 34).
    SubjectsNotice { told_at: Timestamp, words: String },
    /// Something has been done about it.
    Measure { words: String },
    /// Something is worth noting.
    Note { words: String },
    /// The end of it.
    Closing {
        /// Why the authority was not told, though there is a risk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        without_authority_notice: Option<String>,
        /// Why the persons were not told, though the risk is high.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        without_subjects_notice: Option<String>,
        words: String,
    },
}

/// The kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepKind {
    Assessment,
    AuthorityNotice,
    SubjectsNotice,
    Measure,
    Note,
    Closing,
}

impl StepKind {
    pub(super) const ALL: &[Self] = &[
        Self::Assessment,
        Self::AuthorityNotice,
        Self::SubjectsNotice,
        Self::Measure,
        Self::Note,
        Self::Closing,
    ];

    /// The word for it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Assessment => "assessment",
            Self::AuthorityNotice => "authority-notice",
            Self::SubjectsNotice => "subjects-notice",
            Self::Measure => "measure",
            Self::Note => "note",
            Self::Closing => "closing",
        }
    }
}

impl Step {
    /// Its kind.
    pub(super) const fn kind(&self) -> StepKind {
        match self {
            Self::Assessment { .. } => StepKind::Assessment,
            Self::AuthorityNotice { .. } => StepKind::AuthorityNotice,
            Self::SubjectsNotice { .. } => StepKind::SubjectsNotice,
            Self::Measure { .. } => StepKind::Measure,
            Self::Note { .. } => StepKind::Note,
            Self::Closing { .. } => StepKind::Closing,
        }
    }
}

/// Why a step may not follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// The breach has been closed.
    Closed,
    /// It is closed before it has been assessed.
    NotAssessed,
    /// The authority or the persons were told before the controller was aware.
    BeforeAwareness,
    /// The authority was told late, and nothing says why.
    DelayReasonMissing,
    /// It is closed with a risk, without telling the authority and without a reason.
    AuthorityNoticeMissing,
    /// It is closed with a high risk, without telling the persons and without a reason.
    SubjectsNoticeMissing,
}

/// What the steps so far come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Course {
    /// The newest assessment.
    assessed: Option<(Timestamp, Risk)>,
    /// When the authority was first told.
    authority_told: Option<Timestamp>,
    subjects_told: bool,
    closed_at: Option<Timestamp>,
}

impl Course {
    /// The course of the steps that were taken, each with when it was.
    pub(super) fn of<'a>(steps: impl IntoIterator<Item = (Timestamp, &'a Step)>) -> Self {
        steps.into_iter().fold(Self::default(), |course, (at, step)| course.after(at, step))
    }

    /// The course after one more step, which was taken at `at`.
    pub(super) fn after(mut self, at: Timestamp, step: &Step) -> Self {
        match step {
            Step::Assessment { risk, .. } => self.assessed = Some((at, *risk)),
            Step::AuthorityNotice { told_at, .. } => {
                let first = self.authority_told.map_or(*told_at, |earlier| earlier.min(*told_at));
                self.authority_told = Some(first);
            }
            Step::SubjectsNotice { .. } => self.subjects_told = true,
            Step::Measure { .. } | Step::Note { .. } => {}
            Step::Closing { .. } => self.closed_at = Some(at),
        }
        self
    }

    /// May this step follow? The controller became aware at `aware`, and the authority is to be told by `due`.
    pub(super) fn admits(
        &self,
        step: &Step,
        (aware, due): (Timestamp, Timestamp),
    ) -> Result<(), Unfit> {
        if self.closed_at.is_some() {
            return Err(Unfit::Closed);
        }
        match step {
            Step::AuthorityNotice { told_at, .. } | Step::SubjectsNotice { told_at, .. }
                if *told_at < aware =>
            {
                Err(Unfit::BeforeAwareness)
            }
            Step::AuthorityNotice { told_at, delay_reason: None, .. }
                if self.authority_told.is_none() && *told_at > due =>
            {
                Err(Unfit::DelayReasonMissing)
            }
            Step::Closing { without_authority_notice, without_subjects_notice, .. } => {
                let (_, risk) = self.assessed.ok_or(Unfit::NotAssessed)?;
                let authority = self.authority_told.is_some() || without_authority_notice.is_some();
                let subjects = self.subjects_told || without_subjects_notice.is_some();
                match risk {
                    Risk::Low | Risk::High if !authority => Err(Unfit::AuthorityNoticeMissing),
                    Risk::High if !subjects => Err(Unfit::SubjectsNoticeMissing),
                    Risk::None | Risk::Low | Risk::High => Ok(()),
                }
            }
            Step::Assessment { .. }
            | Step::AuthorityNotice { .. }
            | Step::SubjectsNotice { .. }
            | Step::Measure { .. }
            | Step::Note { .. } => Ok(()),
        }
    }

    /// How far the breach has come.
    pub(super) fn progress(&self) -> Progress {
        let harmless = self.assessed.filter(|(_, risk)| *risk == Risk::None).map(|(at, _)| at);
        Progress {
            state: match (self.closed_at, self.assessed) {
                (Some(_), _) => BreachState::Closed,
                (None, Some(_)) => BreachState::Assessed,
                (None, None) => BreachState::Suspected,
            },
            risk: self.assessed.map(|(_, risk)| risk),
            met_at: self.authority_told.into_iter().chain(harmless).min(),
            closed_at: self.closed_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many hours after the controller became aware.
    fn hour(n: i64) -> Timestamp {
        Timestamp::from_second(1_788_000_000 + n * 3_600).unwrap()
    }

    fn due() -> (Timestamp, Timestamp) {
        (hour(0), hour(72))
    }

    fn assessment(risk: Risk) -> Step {
        Step::Assessment { risk, affected: None, words: "x".to_owned() }
    }

    fn authority(told: i64, delay: Option<&str>) -> Step {
        let delay_reason = delay.map(str::to_owned);
        Step::AuthorityNotice {
            told_at: hour(told),
            reference: None,
            delay_reason,
            words: "x".to_owned(),
        }
    }

    fn subjects() -> Step {
        Step::SubjectsNotice { told_at: hour(1), words: "x".to_owned() }
    }

    fn closing(authority: Option<&str>, subjects: Option<&str>) -> Step {
        Step::Closing {
            without_authority_notice: authority.map(str::to_owned),
            without_subjects_notice: subjects.map(str::to_owned),
            words: "x".to_owned(),
        }
    }

    fn note() -> Step {
        Step::Note { words: "x".to_owned() }
    }

    /// The course after steps that were taken one an hour.
    fn after(steps: &[Step]) -> Course {
        Course::of((1..).map(hour).zip(steps))
    }

    /// REQ LOG-07
    #[test]
    fn a_breach_is_suspected_then_assessed_then_closed() {
        let state = |steps: &[Step]| after(steps).progress().state;
        assert_eq!(after(&[]).progress(), Progress::BEGINNING);
        let before = [note(), authority(1, None), Step::Measure { words: "x".to_owned() }];
        assert_eq!(state(&before), BreachState::Suspected);
        assert_eq!(state(&[assessment(Risk::Low), subjects()]), BreachState::Assessed);
        assert_eq!(state(&[assessment(Risk::None), closing(None, None)]), BreachState::Closed);
    }

    /// REQ LOG-07
    #[test]
    fn nothing_follows_the_closing() {
        let closed = after(&[assessment(Risk::None), closing(None, None)]);
        let steps = [
            assessment(Risk::High),
            authority(100, None),
            subjects(),
            Step::Measure { words: "x".to_owned() },
            note(),
            closing(None, None),
        ];
        for step in steps {
            assert_eq!(closed.admits(&step, due()), Err(Unfit::Closed), "{:?}", step.kind());
        }
    }

    /// REQ LOG-07
    #[test]
    fn closing_demands_what_the_risk_demands_or_a_reason_why_not() {
        use Unfit::{AuthorityNoticeMissing, NotAssessed, SubjectsNoticeMissing};
        let closes = |steps: &[Step], closing: Step| after(steps).admits(&closing, due()).err();
        let (low, high) = (assessment(Risk::Low), assessment(Risk::High));
        let told = || authority(5, None);
        for (steps, closing, unfit) in [
            (vec![], closing(Some("y"), Some("y")), Some(NotAssessed)),
            (vec![told(), subjects()], closing(None, None), Some(NotAssessed)),
            (vec![assessment(Risk::None)], closing(None, None), None),
            (vec![low.clone()], closing(None, None), Some(AuthorityNoticeMissing)),
            (vec![low.clone()], closing(None, Some("y")), Some(AuthorityNoticeMissing)),
            (vec![low.clone()], closing(Some("y"), None), None),
            (vec![told(), low.clone()], closing(None, None), None),
            (vec![high.clone()], closing(None, None), Some(AuthorityNoticeMissing)),
            (vec![high.clone(), told()], closing(None, None), Some(SubjectsNoticeMissing)),
            (vec![high.clone(), subjects()], closing(None, None), Some(AuthorityNoticeMissing)),
            (vec![high.clone(), told()], closing(None, Some("y")), None),
            (vec![high.clone()], closing(Some("y"), Some("y")), None),
            (vec![high.clone(), told(), subjects()], closing(None, None), None),
            // The newest assessment counts.
            (vec![high.clone(), assessment(Risk::None)], closing(None, None), None),
            (vec![assessment(Risk::None), low], closing(None, None), Some(AuthorityNoticeMissing)),
        ] {
            let kinds: Vec<_> = steps.iter().map(Step::kind).collect();
            assert_eq!(closes(&steps, closing), unfit, "{kinds:?}");
        }
    }

    /// REQ LOG-07
    #[test]
    fn who_tells_the_authority_late_says_why_and_whoever_completes_it_need_not() {
        let admits = |steps: &[Step], step| after(steps).admits(&step, due()).err();
        assert_eq!(admits(&[], authority(72, None)), None);
        assert_eq!(admits(&[], authority(73, None)), Some(Unfit::DelayReasonMissing));
        assert_eq!(admits(&[], authority(73, Some("y"))), None);
        assert_eq!(admits(&[authority(5, None)], authority(200, None)), None);
        let harmless = [assessment(Risk::None)];
        assert_eq!(admits(&harmless, authority(73, None)), Some(Unfit::DelayReasonMissing));
    }

    /// REQ LOG-07
    #[test]
    fn nobody_is_told_before_the_controller_is_aware() {
        let before = |told_at| Step::SubjectsNotice { told_at, words: "x".to_owned() };
        let fresh = Course::default();
        for step in [authority(-1, None), authority(-1, Some("y")), before(hour(-1))] {
            assert_eq!(fresh.admits(&step, due()), Err(Unfit::BeforeAwareness));
        }
        for step in [authority(0, None), before(hour(0))] {
            assert_eq!(fresh.admits(&step, due()), Ok(()));
        }
    }

    /// REQ LOG-07
    #[test]
    fn the_duty_is_met_by_telling_the_authority_or_while_there_is_no_risk() {
        let met = |steps: &[Step]| after(steps).progress().met_at;
        assert_eq!(met(&[note(), assessment(Risk::High), subjects()]), None);
        assert_eq!(met(&[assessment(Risk::None)]), Some(hour(1)));
        assert_eq!(met(&[assessment(Risk::None), assessment(Risk::Low)]), None, "not any more");
        assert_eq!(met(&[authority(7, None), authority(4, None)]), Some(hour(4)));
        assert_eq!(met(&[assessment(Risk::None), authority(90, Some("y"))]), Some(hour(1)));
    }

    #[test]
    fn a_kept_step_is_read_as_it_was_written() {
        let steps = [
            Step::Assessment { risk: Risk::High, affected: Some(3), words: "x".to_owned() },
            authority(80, Some("y")),
            closing(Some("y"), None),
        ];
        for step in steps {
            let text = serde_json::to_string(&step).unwrap();
            assert!(text.contains(&format!("\"kind\":\"{}\"", step.kind().as_str())), "{text}");
            assert!(serde_json::from_str::<Step>(&text).unwrap() == step, "{text}");
        }
    }
}
